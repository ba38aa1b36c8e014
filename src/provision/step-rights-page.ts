/** The rights to make, change and remove what people sign in to the page with. */
import { type About, need, type Right, type Rights, remembering, tags } from './step-right.ts'

const tagged = ({ scope }: About, kind: 'Request' | 'Resource', rights: readonly Right[]): readonly Right[] =>
  rights.map((right) => ({ ...right, when: { [`aws:${kind}Tag/cost-guard:guard`]: scope.names.guard } }))

/** A pool's id is AWS's choice; what the guard may do with it hangs on its tag. */
const onPool = (about: About, actions: readonly (string | false)[]): readonly Right[] => {
  const { account, partition, region } = about.scope
  return tagged(
    about,
    'Resource',
    need('cognito-idp', `arn:${partition}:cognito-idp:${region}:${account}:userpool/*`, actions),
  )
}

export const pageUsers: Rights = remembering

export const userPool: Rights = (about) => {
  const { change, differs, fields } = about
  const rest = fields.some((one) => one !== 'mfa' && one !== 'known to the guard')
  const changed = {
    create: ['SetUserPoolMfaConfig'],
    update: [
      rest && 'UpdateUserPool',
      (rest || differs('mfa')) && 'SetUserPoolMfaConfig',
      ...tags(about, 'TagResource', 'UntagResource'),
    ],
    remove: ['UpdateUserPool', 'DeleteUserPool'],
  }[change]
  const made = change === 'create' ? need('cognito-idp', '*', ['CreateUserPool', 'TagResource']) : []
  return [...tagged(about, 'Request', made), ...onPool(about, changed), ...remembering(about)]
}

export const userPoolDomain: Rights = (about) =>
  onPool(about, [
    about.change !== 'create' && 'DeleteUserPoolDomain',
    about.change !== 'remove' && 'CreateUserPoolDomain',
  ])

export const userPoolClient: Rights = (about) => {
  const { change, fields } = about
  const changes = fields.some((one) => one !== 'known to the guard')
  const action = {
    create: 'CreateUserPoolClient',
    update: changes && 'UpdateUserPoolClient',
    remove: 'DeleteUserPoolClient',
  }
  return [...onPool(about, [action[change]]), ...remembering(about)]
}
