// Puts a button beside each box of a sheet that copies what the box holds. Without this script the
// boxes can still be selected and copied by hand.
document.addEventListener('DOMContentLoaded', function () {
  const said = document.getElementById('copied')
  document.querySelectorAll('[data-copy]').forEach(function (box) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'govuk-button govuk-button--secondary app-no-print'
    button.append('Copy')
    const name = document.createElement('span')
    name.className = 'govuk-visually-hidden'
    name.append(' ' + box.dataset.copy)
    button.append(name)
    button.addEventListener('click', function () {
      const done = function () { said.textContent = 'Copied: ' + box.dataset.copy }
      box.focus()
      box.select()
      if (navigator.clipboard && window.isSecureContext) {
        navigator.clipboard.writeText(box.value).then(done, function () {
          said.textContent = 'Press Ctrl and C to copy what is selected'
        })
      } else if (document.execCommand('copy')) {
        done()
      } else {
        said.textContent = 'Press Ctrl and C to copy what is selected'
      }
    })
    box.after(button)
  })
})
