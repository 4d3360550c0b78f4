// Wires the buttons for passkeys to the sign-in library, and says on the page when the browser
// refused, was stopped, or found none. No script stands in the page itself.
document.addEventListener('DOMContentLoaded', function () {
  document.querySelectorAll('[data-passkey]').forEach(function (button) {
    const action = button.dataset.passkey
    const ids = { credential: button.dataset.credential, data: 'js_data' }
    ids[action] = button.id
    window.allauth.webauthn.forms[action + 'Form']({ ids: ids })
  })
})
document.addEventListener('allauth.error', function (event) {
  event.preventDefault()
  const problem = document.getElementById('passkey-problem')
  problem.hidden = false
  problem.textContent = problem.dataset.text
})
