/** Who may see what on the page: decided here and nowhere else. Pure. */

import {
  type Belongings,
  type GroupKey,
  groupsOfPrincipal,
  isGroup,
  membershipOf,
  membersOf,
  namedMembersOf,
  type Subject,
  sameCase,
} from '../metering/belonging.ts'
import { type PrincipalKey, roleKeyOf } from '../metering/principal.ts'
import type { PageShows } from './page-view.ts'

/** A user of the page, as far as it matters here. */
export interface Viewer {
  readonly admin: boolean
  readonly sees: readonly Subject[]
}

export interface Sight {
  /** All there is. */
  readonly everybody: boolean
  /** What the admin mapped the viewer to: their own spend. */
  mine(principal: PrincipalKey): boolean
  /** Nobody is or could be in this person or team who is not theirs. */
  allMine(group: GroupKey): boolean
  /** Theirs, and what the guard shows them of the others. */
  sees(principal: PrincipalKey): boolean
  /** Nothing is or could be in this pot that the viewer may not see: its money may be told. A role's holds its sessions too. */
  seesAllOf(pot: string): boolean
  /** The name of this pot may be told to whom sees one that is in it. */
  knows(pot: string): boolean
}

/** What `/api/everybody` gives a viewer. */
export const showsTo = (viewer: Pick<Viewer, 'admin'>, shows: PageShows): PageShows => (viewer.admin ? 'all' : shows)

/**
 * Members are those of now. A role covers its sessions, a session is that session only. Teams whose names may be told
 * are those of the mapping, and those that the viewer's own principals and people are in: what else somebody in a team
 * or a session of a role belongs to is not this viewer's business. With `team` the members of these teams are seen.
 * @param known whoever spent or is named by a wish.
 */
export function sightOf(
  viewer: Viewer,
  shows: PageShows,
  belongings: Belongings,
  known: readonly PrincipalKey[],
): Sight {
  const shownTo = showsTo(viewer, shows)
  const everybody = shownTo === 'all'
  const membership = membershipOf(belongings)
  const groupsOf = (principal: PrincipalKey) => groupsOfPrincipal(principal, membership)
  const mapped = new Set(viewer.sees.map(sameCase))
  const isIn = (subjects: ReadonlySet<string>, principal: PrincipalKey): boolean =>
    [principal, roleKeyOf(principal) ?? principal, ...groupsOf(principal)].some((key) => subjects.has(sameCase(key)))
  /** The viewer in person, not one of many that they look after. */
  const isSelf = (principal: PrincipalKey): boolean =>
    mapped.has(sameCase(principal)) ||
    groupsOf(principal).some((group) => group.startsWith('person/') && mapped.has(sameCase(group)))
  const named = viewer.sees.flatMap((subject) => (isGroup(subject) ? namedMembersOf(subject, belongings) : subject))
  const teams = new Set(
    [
      ...viewer.sees,
      ...[...known, ...named].filter(isSelf).flatMap(groupsOf),
      ...belongings.teams.filter(({ members }) => members.some((member) => mapped.has(sameCase(member)))).map(teamKey),
    ]
      .map(sameCase)
      .filter((key) => key.startsWith('team/')),
  )
  const seen = shownTo === 'team' ? new Set([...mapped, ...teams]) : mapped
  const sees = (principal: PrincipalKey): boolean => everybody || isIn(seen, principal)
  const holdsAll = (subjects: ReadonlySet<string>, group: GroupKey): boolean => {
    const inTeam = belongings.teams.some(
      (team) => subjects.has(sameCase(teamKey(team))) && team.members.map(sameCase).includes(sameCase(group)),
    )
    if (inTeam || subjects.has(sameCase(group))) return true
    // What a pattern names is not known before it spends: somebody else may turn up there.
    const members = membersOf(group, belongings)
    return members.length > 0 && members.every((one) => !one.includes('*') && isIn(subjects, one as PrincipalKey))
  }
  // A role's pot holds its sessions, and so do the pots that name the role; a session may be somebody else's all the same.
  const others = known.filter((one) => !sees(one))
  const sharedWithOthers = new Set(
    others.flatMap((one) => [one, roleKeyOf(one) ?? one, ...groupsOf(one)].map(sameCase)),
  )
  return {
    everybody,
    mine: (principal) => isIn(mapped, principal),
    allMine: (group) => holdsAll(mapped, group),
    sees,
    seesAllOf: (pot) => {
      if (everybody) return true
      if (pot === 'account' || sharedWithOthers.has(sameCase(pot))) return false
      return isGroup(pot) ? holdsAll(seen, pot) : sees(pot as PrincipalKey)
    },
    knows: (pot) => everybody || !pot.startsWith('team/') || teams.has(sameCase(pot)),
  }
}

const teamKey = ({ name }: { readonly name: string }): GroupKey => `team/${name}`
