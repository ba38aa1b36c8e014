import type { Instant } from '../domain/base/calendar.ts'
import type { NoticeGroup, NoticeItem, NoticeKey } from '../domain/telling/notice.ts'
import { inParallel } from '../parallel.ts'
import type { EnforceRoom, Problem } from './enforce-room.ts'
import { because } from './enforce-room.ts'

/** Longer than a check may run (50 s): nobody claims what is still being sent. */
const leaseMs = 60_000
const claimsAtOnce = 5
/** A limit that is changed back and forth, or hundreds of people in one hour, fill no mailbox: what is left waits for the next hour. */
const mailsAnHour = 20

export interface Said {
  /** Announced now or before: nothing more to do about these. */
  readonly settled: ReadonlySet<NoticeKey>
  /** Announced by this check. */
  readonly now: readonly { readonly kind: NoticeGroup['kind']; readonly item: NoticeItem }[]
  readonly problems: readonly Problem[]
}

/** Says each item once: claim, send one mail per kind, settle. What could not be sent is tried again by a later check. */
export async function sayNotices(room: EnforceRoom, groups: readonly NoticeGroup[], now: Instant): Promise<Said> {
  const settled = new Set<NoticeKey>()
  const said: { kind: NoticeGroup['kind']; item: NoticeItem }[] = []
  const problems: Problem[] = []
  for (const { kind, items } of groups) {
    try {
      const claimed = await claim(room, items, now, settled)
      if (claimed.length === 0) continue
      const open = await slot(room, kind, now)
      if (open === undefined) {
        problems.push({ text: `the notice "${kind}" waits: ${mailsAnHour} mails of its kind went out within the hour` })
        continue
      }
      await room.notifier.send({ kind, at: now, items: claimed, ...room.render(kind, claimed, now) })
      said.push(...claimed.map((item) => ({ kind, item })))
      // A mail whose settling fails goes out twice rather than never.
      const keys = claimed.flatMap(({ key, also }) => (also === undefined ? [key] : [key, also]))
      await inParallel([...keys, open], claimsAtOnce, (key) => room.notices.settle(key))
      for (const item of claimed) settled.add(item.key)
    } catch (error) {
      problems.push(because(`the notice "${kind}" was not sent`, error))
    }
  }
  return { settled, now: said, problems }
}

/** Undefined: enough for this hour. Claimed like a notice, so that a mail that was not sent takes no place. */
async function slot(room: EnforceRoom, kind: NoticeGroup['kind'], now: Instant): Promise<NoticeKey | undefined> {
  const hour = new Date(now).toISOString().slice(0, 13)
  for (let mail = 1; mail <= mailsAnHour; mail++) {
    const key = `mails#${kind}#${hour}#${mail}`
    if ((await room.notices.claim(key, (now + leaseMs) as Instant)) === 'claimed') return key
  }
  return undefined
}

async function claim(
  room: EnforceRoom,
  items: readonly NoticeItem[],
  now: Instant,
  settled: Set<NoticeKey>,
): Promise<readonly NoticeItem[]> {
  const answers = await inParallel(items, claimsAtOnce, (item) =>
    room.notices.claim(item.key, (now + leaseMs) as Instant),
  )
  items.forEach((item, index) => {
    if (answers[index] === 'already-sent') settled.add(item.key)
  })
  return items.filter((_, index) => answers[index] === 'claimed')
}
