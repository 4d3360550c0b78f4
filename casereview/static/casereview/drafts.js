// Keeps what is typed into a form as a draft, a little after one pauses. Without this script the
// button Save draft does the same by hand.
const TRY_AGAIN = 30000

document.querySelectorAll('[data-draft]').forEach(function (box) {
  const form = box.closest('form')
  const said = box.querySelector('[role="status"]')
  const windowOf = form.querySelector('[name="_draft_window"]')
  const pause = Number(box.dataset.pause) * 1000
  let timer = 0
  let saving = false
  let leaving = false

  function typed () {
    const parts = new URLSearchParams()
    new FormData(form).forEach(function (value, name) {
      if (typeof value === 'string') parts.append(name, value)
    })
    return parts
  }

  function answers () {
    const parts = typed()
    parts.delete('_draft_window')
    parts.delete('csrfmiddlewaretoken')
    return parts.toString()
  }

  let kept = answers()

  function tell (words) {
    said.textContent = words
  }

  function later (wait) {
    clearTimeout(timer)
    timer = setTimeout(save, wait)
  }

  function notKept (why) {
    tell('Not saved as a draft: ' + why)
    later(TRY_AGAIN)
  }

  // After signing in again in another tab the page needs a new token to be heard.
  function renew () {
    return fetch(window.location.href, { redirect: 'manual' }).then(function (response) {
      return response.ok ? response.text() : ''
    }).then(function (text) {
      const token = new DOMParser().parseFromString(text, 'text/html')
        .querySelector('[name="csrfmiddlewaretoken"]')
      if (!token) return false
      document.querySelectorAll('[name="csrfmiddlewaretoken"]').forEach(function (one) {
        one.value = token.value
      })
      return true
    })
  }

  function send (again) {
    const now = answers()
    const body = typed()
    body.set('_draft_save', 'auto')
    return fetch(form.getAttribute('action') || window.location.href, {
      method: 'POST', body, redirect: 'manual', keepalive: String(body).length < 60000
    }).then(function (response) {
      if (response.ok) {
        return response.json().then(function (answer) {
          windowOf.value = answer.window
          kept = now
          tell(answer.at ? 'Saved as a draft at ' + answer.at : 'Nothing to save as a draft yet')
        })
      }
      if (response.status === 401) {
        return response.json().then(function (answer) {
          if (answer.kept) kept = now
          tell(answer.kept
            ? 'You have been signed out. What you typed is kept as your draft: sign in again to go on'
            : 'Not saved as a draft: you have been signed out. Keep this page open, and sign in in another tab')
        })
      }
      if (response.status === 403 && !again) {
        return renew().then(function (renewed) {
          if (renewed) return send(true)
          notKept('you may not save here any more')
        })
      }
      if (response.type === 'opaqueredirect') {
        notKept('you have been signed out. Keep this page open, and sign in in another tab')
      } else {
        notKept('the server did not take it. Keep this page open; it is tried again')
      }
    })
  }

  function save () {
    clearTimeout(timer)
    if (leaving || saving || answers() === kept) return
    saving = true
    send(false).catch(function () {
      notKept('the server is not reached. Keep this page open; it is tried again')
    }).then(function () {
      saving = false
      if (!leaving && answers() !== kept) later(Math.max(pause, 1000) * 2)
    })
  }

  function changed () {
    if (!saving) later(pause)
  }

  form.addEventListener('input', changed)
  form.addEventListener('change', changed)
  form.addEventListener('submit', function () {
    leaving = true
    clearTimeout(timer)
  })
  document.addEventListener('visibilitychange', function () {
    if (document.visibilityState === 'hidden') save()
  })
  window.addEventListener('pageshow', function () { leaving = false })
})
