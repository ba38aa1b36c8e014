/** dashboard users list: the guard's list and the user pool side by side. Reads only. */
import { joined } from '../../provision/page-users/standing.ts'
import { inParallel } from '../../runtime/parallel.ts'
import type { Door } from '../_compose.ts'
import { type ListedUser, userJson, usersText } from '../_view/page-users.ts'
import { usersRoom } from './room.ts'

/** Cognito answers at least 120 such calls a second. */
const AT_ONCE = 8

export async function listUsers(door: Door, screen: number) {
  const { users, logins, url } = await usersRoom(door)
  const [all, able] = await Promise.all([users.all(), logins.all()])
  const listed = await inParallel(joined(all, able), AT_ONCE, async (one): Promise<ListedUser> => {
    // Nobody has a second factor before the first sign-in.
    const asked = one.login !== undefined && one.login.status !== 'FORCE_CHANGE_PASSWORD'
    return { ...one, secondFactor: asked ? await logins.hasSecondFactor(one.login.username) : undefined }
  })
  const now = door.clock.now()
  return {
    text: usersText(listed, { command: door.command, now, screen }),
    json: { guard: door.guard, url, users: listed.map((one) => userJson(one, now, one.secondFactor)) },
  }
}
