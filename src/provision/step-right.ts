/** What the rights of a plan's steps are made of. */
import { type Service, servicePrincipal } from './partition.ts'
import type { RightsScope } from './permissions.ts'

export interface Right {
  readonly action: string
  /** One of them is enough: AWS writes some things in several ways. */
  readonly on: readonly string[]
  /** Values of the condition keys that go with the call. */
  readonly when?: Readonly<Record<string, string>>
}

export type Change = 'create' | 'update' | 'remove'

export interface About {
  readonly name: string
  readonly change: Change
  readonly scope: RightsScope
  readonly fields: readonly string[]
  /** A tag is to be taken off, not only set. */
  readonly untags: boolean
  /** Whether a field of this name (or below it) is to be changed. */
  differs(...fields: readonly string[]): boolean
}
export type Rights = (about: About) => readonly Right[]

export const need = (service: string, on: string | readonly string[], actions: readonly (string | false)[]): Right[] =>
  actions.flatMap((action) =>
    action === false ? [] : [{ action: `${service}:${action}`, on: typeof on === 'string' ? [on] : on }],
  )

export const tags = ({ differs, untags }: About, tag: string, untag: string): readonly (string | false)[] =>
  differs('tag') ? [tag, untags && untag] : []

export const remembering = ({ scope, change }: About): readonly Right[] =>
  need('dynamodb', scope.names.arn.table, [change === 'remove' ? 'DeleteItem' : 'PutItem'])

export const handing = (scope: RightsScope, role: string, to: Service): Right => ({
  action: 'iam:PassRole',
  on: [scope.names.arn.role(role, scope.settings.rolePath)],
  when: { 'iam:PassedToService': servicePrincipal(to, scope) },
})
