/** What a change of the self-service page opens to the internet, and what it changes for those who use it. Pure. */
import type { PageSettings, Settings } from './guard.ts'
import type { Names } from './names.ts'
import { signInHost } from './page.ts'

export interface AboutPublic {
  /** Undefined: nothing is installed yet. */
  readonly before: Settings | undefined
  readonly after: Settings
  readonly names: Pick<Names, 'page'>
  readonly region: string
  readonly partition: string
  /** What the plan makes, whatever is installed: an init that was cut off may have made none of it. */
  readonly makes: { readonly address: boolean; readonly accounts: boolean }
}

const SEES: Readonly<Record<PageSettings['shows'], string>> = {
  own: 'their own spend',
  team: 'the spend of their teams',
  all: 'everybody’s spend',
}
const WIDER: Readonly<Record<PageSettings['shows'], number>> = { own: 0, team: 1, all: 2 }

/** Nothing where the plan opens nothing that was not open before. */
export function opening(about: AboutPublic): readonly string[] {
  const { before, after, makes } = about
  const [was, page] = [before?.page, after.page]
  if (page === undefined) return []
  if (makes.address) return allOf(page, about)
  if (was === undefined) return []
  return [
    ...(was.cidrs.length > 0 && page.cidrs.length === 0
      ? [
          `the self-service page answers every address on the internet from now on, and not ${was.cidrs.join(', ')} alone`,
        ]
      : []),
  ]
}

function allOf(page: PageSettings, { names, region, partition, makes }: AboutPublic): readonly string[] {
  const gateway = 'an address that API Gateway chooses'
  const where = page.url === undefined ? gateway : `${page.url} (once you lead that there) and at ${gateway}`
  const whom =
    page.cidrs.length === 0
      ? 'every address on the internet may open it'
      : `it answers ${page.cidrs.join(', ')} and no other address`
  const signIn = `https://${signInHost(names.page.domain, { region, partition })}`
  const everybody = page.cidrs.length === 0 ? '' : ', which every address on the internet may open'
  const by = page.mfa === 'required' ? 'a password and an authenticator app' : 'a password'
  return [
    `the self-service page, at ${where}: ${whom}. Without a sign-in it shows no name and no amount`,
    `its sign-in, a page of Cognito at ${signIn}${everybody}: nobody can sign up, only whom you add can sign in, with ${by}${makes.accounts ? '; nobody is added yet' : ''}`,
    `to those who are signed in, and to nobody else: ${SEES[page.shows]}; to those added with --admin everybody’s`,
  ]
}

/** What people notice of it who use the page already. */
export function changedForPeople({ before, after, names, region, partition }: AboutPublic): readonly string[] {
  const [was, page] = [before?.page, after.page]
  if (was === undefined || page === undefined) return []
  const host = signInHost(names.page.domain, { region, partition })
  return [
    ...(page.cidrs.length > 0 && page.cidrs.join() !== was.cidrs.join()
      ? [
          `from now on the page answers ${page.cidrs.join(', ')} and no other address; its sign-in page still answers all`,
        ]
      : []),
    ...(WIDER[page.shows] > WIDER[was.shows]
      ? [`whoever can sign in to the page sees ${SEES[page.shows]} from now on, not ${SEES[was.shows]} alone`]
      : []),
    ...(page.prefix === was.prefix
      ? []
      : [
          `people sign in at https://${host} from now on: for up to a minute nobody can, and the former address is free for anybody to take`,
        ]),
    ...(page.url === was.url || page.url === undefined
      ? []
      : [`people can sign in at ${page.url} alone from now on: it must lead to the address that API Gateway gave`]),
    ...(page.mfa === 'required' && was.mfa === 'optional'
      ? ['everybody has to set up an authenticator app at the next sign-in']
      : []),
    ...(page.mfa === 'optional' && was.mfa === 'required'
      ? ['whoever has no authenticator app yet signs in with a password alone from now on']
      : []),
  ]
}
