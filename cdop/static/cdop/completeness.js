// Keeps the count of answered questions right while answers are chosen and typed. Without a
// script the page says what was answered when it was last saved.
document.addEventListener('DOMContentLoaded', function () {
  const line = document.querySelector('[data-completeness]')
  if (!line) return
  const section = line.parentNode.querySelector('form .app-section')
  const form = section.closest('form')
  function answered (field) {
    if (field.matches('fieldset')) {
      const chosen = field.querySelector('input[type=radio]:checked')
      return Boolean(chosen && chosen.value)
    }
    return Boolean(field.value.trim())
  }
  function count () {
    const asked = Array.from(section.querySelectorAll('fieldset, select, textarea, input[type=text]'))
      .filter(function (field) { return !field.closest('.app-revealed') })
    const done = asked.filter(answered).length
    const words = done + ' of ' + asked.length + ' questions answered'
    if (line.textContent !== words) line.textContent = words
  }
  form.addEventListener('input', count)
  form.addEventListener('change', count)
})
