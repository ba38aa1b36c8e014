import { Flags } from '@oclif/core'
import { guardFlags, PlainCommand } from './_base.ts'

export default class IamPolicy extends PlainCommand {
  static override summary = 'Print the least IAM policy an admin needs to run this tool, as JSON.'
  static override description =
    'Needs no credentials. Attach it to the user or role that runs cost-guard. Without --account the policy names the account as ' +
    '"*"; with it, the policy is bound to that account and to the guard’s own names. What the guard uses under another name ' +
    '(--log-group, --table, --topic, --log-bucket of init) is named here as well. The whole fits a role’s inline policy; a ' +
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
    {
      description: 'For a guard of another name that reads a log group which was there before',
      command: '<%= config.bin %> iam-policy --guard research-guard --log-group /platform/bedrock',
    },
    {
      description: 'What whoever keeps a guard with the self-service page needs besides',
      command: '<%= config.bin %> iam-policy --account 123456789012 --for dashboard',
    },
  ]
  static override flags = {
    guard: guardFlags.guard,
    region: Flags.string({ summary: 'Bind the policy to one region.', default: '*' }),
    account: Flags.string({ summary: 'Bind the policy to one account (12 digits).', default: '*' }),
    'log-group': Flags.string({ summary: 'Log group of the guard, where it is not /aws/bedrock/<guard>.' }),
    table: Flags.string({ summary: 'Table of the guard, where it is not <guard>-ledger.' }),
    topic: Flags.string({ summary: 'Topic of the guard, where it is not <guard>-notices.' }),
    'log-bucket': Flags.string({ summary: 'Bucket of the S3 copy, where it has another name; for --for s3-logs.' }),
    for: Flags.string({
      summary:
        'What that command or part needs besides, for the day on which it is run; dashboard: as long as there is the page.',
      options: ['import-original', 's3-logs', 'kms-key', 'dashboard'],
    }),
    part: Flags.string({
      summary: 'Print one half, which fits a managed policy.',
      options: ['1', '2'],
      exclusive: ['for'],
    }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(IamPolicy)
    const { policyFor } = await import('./_iam-policy.ts')
    const { policy, note } = policyFor(flags)
    if (note !== undefined) this.note(note)
    this.say(JSON.stringify(policy, null, 2))
    return policy
  }
}
