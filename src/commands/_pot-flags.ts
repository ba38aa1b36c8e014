import { Flags } from '@oclif/core'

/** Of every command that says who is a person or in a team. */
export const potFlags = {
  force: Flags.boolean({ summary: 'Take names that neither IAM nor the ledger knows.' }),
  'dry-run': Flags.boolean({ char: 'n', summary: 'Show what would change and whom it would block, and stop.' }),
  yes: Flags.boolean({ char: 'y', summary: 'Do not ask, also when somebody is blocked at once.' }),
}
