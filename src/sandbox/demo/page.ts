/** The scene of the page: somebody who was stopped asks the page why, over HTTP as the page in a browser does. */
import { parseUsd, toCents } from '../../runtime/domain/money/money.ts'
import type { PageEverybody, PageRefusal, PageSpend } from '../../runtime/page-protocol.ts'
import type { SignedIn } from '../page.ts'
import type { Stage } from './stage.ts'

const TANAKA = 'tanaka@example.com'
/** Chosen at the first sign-in. */
const PASSWORD = 'Sandbox-for-everybody-1'

const dollars = (usd: string): string => `$${toCents(parseUsd(usd))}`

/** What the page's API says of one person, as the person would read it. */
function ownWords({ pots, models, head }: PageSpend): string {
  const lines = pots.flatMap(({ key, state, usd, requests, limits }) => {
    const { restUsd, limitUsd } = limits.find((one) => one.decides) ?? limits[0] ?? {}
    const rest = restUsd ? `, ${Number(restUsd) > 0 ? dollars(restUsd) : 'nothing'} left` : ''
    const limit = limitUsd ? ` of ${dollars(limitUsd)}${rest}` : ''
    return [`${key}: ${state}`, `  ${dollars(usd)}${limit}, ${requests} calls in ${head.period.month}`]
  })
  return [...lines, ...models.map(({ name, usd }) => `  ${name}: ${dollars(usd)}`)].join('\n')
}

async function asked<T>(stage: Stage, who: SignedIn, what: string): Promise<T> {
  const { status, body } = await who.ask(what)
  stage.expect(status === 200, `the page should answer /api/${what}, and said ${status}: ${JSON.stringify(body)}`)
  return body as T
}

async function come(stage: Stage, email: string): Promise<SignedIn> {
  const password = stage.sandbox.passwordMailed(email)
  stage.expect(password !== undefined, `an invitation should have gone to ${email}`)
  return stage.sandbox.signInAs({ email, password: password ?? '', newPassword: PASSWORD })
}

export async function look(stage: Stage, boss: string): Promise<void> {
  if (!(await stage.sandbox.canSignIn())) return
  stage.scene('The page: tanaka reads why, the admin sees everybody')
  await stage.run('dashboard', 'users', 'add', 'tanaka', '--email', TANAKA)
  await stage.run('dashboard', 'users', 'add', 'boss', '--email', boss, '--admin', '--principals', 'none')
  const tanaka = await come(stage, TANAKA)
  stage.print('')
  stage.tell('(tanaka opens the page, signs in with the mailed password, chooses an own one, and reads:)')
  const own = await asked<PageSpend>(stage, tanaka, 'spend')
  stage.quote(ownWords(own))
  const state = own.pots.find(({ key }) => key === 'user/tanaka')?.state
  stage.expect(state === 'blocked', `the page should show tanaka as blocked, not ${state}`)
  const refused = await tanaka.ask('everybody')
  stage.expect(refused.status === 403, 'tanaka should not see the others')
  stage.print('')
  stage.tell("What is the others' is not for tanaka, not even by calling the page's API by hand:")
  stage.quote((refused.body as PageRefusal).error.message)
  const all = await asked<PageEverybody>(stage, await come(stage, boss), 'everybody')
  stage.print('')
  stage.tell('(The admin signs in, and sees all:)')
  stage.quote(all.rows.map(({ key, usd, state: of }) => `${key}: ${dollars(usd)}, ${of}`).join('\n'))
  stage.expect(all.rows.length === 3, `the admin should see three principals, not ${all.rows.length}`)
  stage.sandbox.clearMails()
}
