/** The page as a command sees it: where it is, who may sign in, who sees what. */
import type { PageSettings, Settings } from '../../provision/guard.ts'
import { type PageFacts, pageFacts } from '../../provision/page.ts'
import type { Logins } from '../../provision/page-users/logins.ts'
import type { History, PageUsers } from '../../runtime/ports.ts'
import { stopped } from '../_ask/ask.ts'
import type { Door } from '../_compose.ts'
import { historyBook } from '../_rooms.ts'

export interface Page extends PageFacts {
  readonly settings: Settings
  readonly page: PageSettings
}

/** @throws GuardError `no-page` where the guard has none, or init has not finished it. */
export async function pageOf(door: Door): Promise<Page & { readonly url: string }> {
  const settings = await door.settings()
  const { page } = settings
  if (page === undefined) {
    throw stopped('no-page', `the guard ${door.guard} has no page: it is made where somebody asks for it`, [
      door.command('init --dashboard'),
    ])
  }
  const names = door.names(settings)
  const facts = await door.manifestIn(names.table).facts()
  const { region, partition } = door
  const known = pageFacts({ names, region, partition, settings, remembered: (id) => facts.get(id) })
  const { url } = known
  if (url === undefined) throw unfinished(door)
  return { ...known, url, settings, page }
}

const unfinished = (door: Door) =>
  stopped('no-page', `the page of ${door.guard} is not finished: init was interrupted, or could not make all of it`, [
    door.command('init'),
  ])

export interface UsersRoom {
  readonly users: PageUsers
  readonly logins: Logins
  readonly history: Pick<History, 'append'>
  readonly page: PageSettings
  readonly url: string
}

export async function usersRoom(door: Door): Promise<UsersRoom> {
  const { page, url, userPoolId, settings } = await pageOf(door)
  if (userPoolId === undefined) throw unfinished(door)
  const [{ DynamoPageUsers }, { CognitoLogins }, client, history] = await Promise.all([
    import('../../runtime/aws/dynamo-page-users.ts'),
    import('../../provision/page-users/logins.ts'),
    door.clients.dynamo(),
    historyBook(door),
  ])
  return {
    users: new DynamoPageUsers({ client, table: door.names(settings).table }),
    logins: new CognitoLogins(door.clients, userPoolId),
    history,
    page,
    url,
  }
}
