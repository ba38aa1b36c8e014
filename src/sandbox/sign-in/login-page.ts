/** The sign-in page in Cognito's place: plain HTML without a script. */
const escaped = (text: string) => text.replace(/[<>&"']/g, (one) => `&#${one.charCodeAt(0)};`)

export interface LoginPage {
  readonly action: string
  readonly asks: 'password' | 'new-password'
  readonly email?: string
  readonly problem?: string | undefined
}

const field = (label: string, name: string, type: string, complete: string, value = '') =>
  `<p><label>${label}<br><input name="${name}" type="${type}" autocomplete="${complete}" value="${escaped(value)}" required></label></p>`

export const messagePage = (title: string, text: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>` +
  '<meta name="viewport" content="width=device-width"><style>body{font:1rem system-ui;max-width:22rem;margin:4rem auto;padding:0 1rem}' +
  'input{font:inherit;width:100%;padding:.4rem;box-sizing:border-box}button{font:inherit;padding:.4rem 1rem}</style></head>' +
  `<body><h1>${escaped(title)}</h1>${text}<p><small>The sandbox plays Amazon Cognito's sign-in here.</small></p></body></html>`

export function loginPage({ action, asks, email = '', problem }: LoginPage): string {
  const isNew = asks === 'new-password'
  const fields = isNew
    ? field('New password', 'newPassword', 'password', 'new-password')
    : field('E-mail', 'email', 'email', 'username', email) +
      field('Password', 'password', 'password', 'current-password')
  const said = problem === undefined ? '' : `<p role="alert">${escaped(problem)}</p>`
  const why = isNew ? '<p>The password in the mail was for the first time. Choose your own.</p>' : ''
  const button = isNew ? 'Change password' : 'Sign in'
  return messagePage(
    button,
    `${said}${why}<form method="post" action="${escaped(action)}">${fields}<p><button type="submit">${button}</button></p></form>`,
  )
}
