import { Flags } from '@oclif/core'
import { guardFlags, PlainCommand } from './_base.ts'

export default class IamPolicy extends PlainCommand {
  static override summary = 'Print the least IAM policy an admin needs to run this tool, as JSON.'
  static override description =
    'Needs no credentials. Attach it to the user or role that runs cost-guard. Without --account the policy names the account as ' +
    '"*"; with it, the policy is bound to that account and to the guard’s own names. The whole fits a role’s inline policy; a ' +
    'managed policy holds less, so --part prints it in two that each fit one.'
  static override examples = [
    {
      description: 'Give it to a role',
      command:
        '<%= config.bin %> iam-policy --account 123456789012 > policy.json && aws iam put-role-policy --role-name admin --policy-name cost-guard --policy-document file://policy.json',
    },
    {
      description: 'Make managed policies of it',
      command:
        'for part in 1 2; do <%= config.bin %> iam-policy --account 123456789012 --part $part > policy.json && aws iam create-policy --policy-name cost-guard-admin-$part --policy-document file://policy.json; done',
    },
    { description: 'For a guard of another name', command: '<%= config.bin %> iam-policy --guard research-guard' },
  ]

  static override flags = {
    guard: guardFlags.guard,
    region: Flags.string({ summary: 'Bind the policy to one region.', default: '*' }),
    account: Flags.string({ summary: 'Bind the policy to one account (12 digits).', default: '*' }),
    for: Flags.string({
      summary: 'What that command needs besides, for the day on which it is run.',
      options: ['import-original', 's3-logs', 'kms-key'],
    }),
    part: Flags.string({
      summary: 'Print one half, which fits a managed policy.',
      options: ['1', '2'],
      exclusive: ['for'],
    }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(IamPolicy)
    const [
      { adminPolicy, adminHalves, copyPolicy },
      { importRights },
      { namesFor },
      { checkAccount, checkGuardName, checkRegion, partitionOf },
    ] = await Promise.all([
      import('../provision/admin-rights.ts'),
      import('../provision/original/rights.ts'),
      import('../provision/names.ts'),
      import('./_where.ts'),
    ])
    const { guard, account, region, part } = flags
    // A star typed into a name would widen what the policy allows.
    checkGuardName(guard)
    if (account !== '*') checkAccount(account)
    if (region !== '*') checkRegion(region)
    const names = namesFor(guard, { account, region, partition: partitionOf(region) })
    const whole =
      flags.for === undefined
        ? adminPolicy(names)
        : flags.for === 'import-original'
          ? importRights(names)
          : copyPolicy(names)
    const policy = part === undefined ? whole : adminHalves(names)[part === '1' ? 0 : 1]
    this.say(JSON.stringify(policy, null, 2))
    return policy
  }
}
