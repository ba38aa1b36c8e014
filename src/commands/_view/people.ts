/** People and teams in words and rows. */
import type { Belongings } from '../../runtime/domain/metering/belonging.ts'
import { type PotChange, potOf } from '../../runtime/domain/metering/belonging-rules.ts'
import { toDecimal } from '../../runtime/domain/money/money.ts'
import { shellQuoted } from '../../runtime/domain/telling/layout.ts'
import type { EnforceAnswer } from '../../runtime/protocol.ts'
import type { BelongingsPlan } from '../../runtime/usecases/belongings.ts'
import { chosenByCaller, doorOf } from '../_people/members.ts'
import { previewText } from './limits.ts'
import { wrap } from './width.ts'

/** Names shown of a long list. */
const SHOWN = 12
const SCREEN = 80

export function someOf(members: readonly string[], atMost = SHOWN): string {
  const rest = members.length - atMost
  return rest > 1 ? `${members.slice(0, atMost).join(', ')} and ${rest} more` : members.join(', ')
}

/** `person/tanaka: user/tanaka, user/BedrockAPIKey-x1`, or what is new and what is gone. */
export function changesText({ changes, same }: Pick<BelongingsPlan, 'changes' | 'same'>): readonly string[] {
  return [...changes.map(changeText), ...same.map((one) => `${potOf(one)} as before`)].map((line) =>
    wrap(line, SCREEN).replaceAll('\n', '\n  '),
  )
}

function changeText(change: PotChange): string {
  const { before, after, from } = change
  const source = from === 'tags' ? ' (from tags)' : ''
  if (after === undefined) return `${potOf(change)} is gone; its members were ${someOf(before ?? [])}`
  if (before === undefined) return `${potOf(change)}${source}: ${someOf(after)}`
  const added = after.filter((one) => !before.includes(one))
  const removed = before.filter((one) => !after.includes(one))
  const parts = [
    ...(added.length === 0 ? [] : [`new ${someOf(added)}`]),
    ...(removed.length === 0 ? [] : [`no more ${someOf(removed)}`]),
    ...(added.length + removed.length === 0
      ? [from === 'tags' ? 'made from tags from now on' : 'typed from now on']
      : []),
  ]
  return `${potOf(change)}${source}: ${parts.join('; ')}`
}

/** Whom it would block, before it does. */
export const previewOf = ({ blocks }: Pick<BelongingsPlan, 'blocks'>, observes: boolean): readonly string[] =>
  [previewText({ limits: [], releases: [], cannotBlock: [], blocks }, observes)].filter((text) => text !== '')

export interface Around {
  readonly current: Belongings
  /** `person/tanaka`, `team/growth`: who has a limit of their own. */
  readonly limited: ReadonlySet<string>
  /** Who is blocked by hand, and who is excluded. */
  readonly blocked: ReadonlySet<string>
  readonly excluded: ReadonlySet<string>
  readonly command: (words: string) => string
}

/** What an admin may not have thought of. */
export function cautionsText({ changes }: Pick<BelongingsPlan, 'changes'>, around: Around): readonly string[] {
  const { current, limited, blocked, excluded, command } = around
  const chosen = [
    ...new Set(
      changes.flatMap(({ before = [], after = [] }) => chosenByCaller(after.filter((one) => !before.includes(one)))),
    ),
  ]
  const sessions = chosen.filter((one) => one.startsWith('session/'))
  const federated = chosen.filter((one) => !one.startsWith('session/'))
  const spoof = [
    ...(sessions.length === 0
      ? []
      : [
          `Note: the caller chooses the name of ${someOf(sessions, 3)}, unless the trust policy of the role fixes sts:RoleSessionName: whoever may assume the role can spend in this name, or in one that belongs to nobody.`,
        ]),
    ...(federated.length === 0
      ? []
      : [
          `Note: whoever calls sts:GetFederationToken chooses the name of ${someOf(federated, 3)}: they can spend in this name, or in one that belongs to nobody.`,
        ]),
  ]
  const left = changes
    .filter(({ after }) => after === undefined)
    .flatMap((gone) => {
      const key = potOf(gone)
      const teams = current.teams.filter(({ members }) => members.includes(key)).map(({ name }) => name)
      return [
        ...(limited.has(key)
          ? [`Note: the limit of ${key} stays, and counts nobody: ${command(`limits unset ${shellQuoted(key)}`)}`]
          : []),
        ...(blocked.has(key)
          ? [`Note: the block by hand of ${key} stays, and stops nobody: ${command(`unblock ${shellQuoted(key)}`)}`]
          : []),
        ...(excluded.has(key)
          ? [`Note: ${key} stays excluded, which frees nobody: ${command(`exclude remove ${shellQuoted(key)}`)}`]
          : []),
        ...(teams.length > 0
          ? [`Note: ${key} still stands in ${teams.map((name) => `team/${name}`).join(', ')}.`]
          : []),
        ...(gone.from === 'tags' ||
        current.teams.some(({ name, from }) => gone.kind === 'team' && name === gone.name && from === 'tags')
          ? [
              `Note: it was made from tags; ${command(`${doorOf('team')} sync`)} makes it again while the tags are there.`,
            ]
          : []),
      ]
    })
  return [...spoof, ...left].map((line) => wrap(line, SCREEN))
}

export const changesJson = ({ changes, same, blocks }: BelongingsPlan) => ({
  changes: [...changes.map((one) => changeJson(one, true)), ...same.map((one) => changeJson(one, false))],
  wouldBlock: blocks.map(({ principal, limit, spent, amount }) => ({
    principal,
    limit,
    spentUsd: toDecimal(spent),
    limitUsd: toDecimal(amount),
  })),
})

const changeJson = (change: PotChange, changed: boolean) => ({
  of: potOf(change),
  previous: change.before ?? null,
  members: change.after ?? null,
  changed,
})

export const effectsJson = (check: EnforceAnswer | undefined) => ({
  blocked: check?.blocked ?? [],
  released: check?.released ?? [],
  warned: check?.warned ?? [],
  problems: check?.problems ?? [],
})
