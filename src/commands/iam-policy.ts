import { Flags } from '@oclif/core'
import { guardFlags, PlainCommand } from './_base.ts'

export default class IamPolicy extends PlainCommand {
  static override summary = 'Print the least IAM policy an admin needs to run this tool, as JSON.'
  static override description =
    'Needs no credentials. Attach it to the user or role that runs cost-guard. Without --account the policy names the account as ' +
    '"*"; with it, the policy is bound to that account and to the guard’s own names.'
  static override examples = [
    {
      description: 'Make the policy in IAM',
      command:
        '<%= config.bin %> iam-policy --account 123456789012 > policy.json && aws iam create-policy --policy-name cost-guard-admin --policy-document file://policy.json',
    },
    { description: 'For a guard of another name', command: '<%= config.bin %> iam-policy --guard research-guard' },
  ]

  static override flags = {
    guard: guardFlags.guard,
    region: Flags.string({ summary: 'Bind the policy to one region.', default: '*' }),
    account: Flags.string({ summary: 'Bind the policy to one account (12 digits).', default: '*' }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(IamPolicy)
    const [{ adminPolicy }, { namesFor }, { checkAccount, checkGuardName, checkRegion, partitionOf }] =
      await Promise.all([
        import('../provision/admin-rights.ts'),
        import('../provision/names.ts'),
        import('./_where.ts'),
      ])
    const { guard, account, region } = flags
    // A star typed into a name would widen what the policy allows.
    checkGuardName(guard)
    if (account !== '*') checkAccount(account)
    if (region !== '*') checkRegion(region)
    const policy = adminPolicy(namesFor(guard, { account, region, partition: partitionOf(region) }))
    this.say(JSON.stringify(policy, null, 2))
    return policy
  }
}
