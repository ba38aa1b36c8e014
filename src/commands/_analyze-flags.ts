import { Flags } from '@oclif/core'

/** What `analyze` may be told; those of the guard's settings are named as at `init`. */
export const analyzeFlags = {
  by: Flags.string({
    summary: 'What the rows of the table are.',
    options: ['principal', 'model', 'source', 'day'],
    default: 'principal',
  }),
  charges: Flags.boolean({ summary: 'One line per counted request instead of the sums.' }),
  'time-zone': Flags.string({
    summary: 'IANA time zone of the days.',
    default: 'UTC',
    helpValue: 'ZONE',
    aliases: ['timezone'],
  }),
  account: Flags.string({ summary: 'Count only records of this account (12 digits).' }),
  'assume-cache-ttl': Flags.string({
    summary: 'How long a cache write lives where the record does not say so; one hour costs more.',
    options: ['5m', '1h'],
    default: '5m',
  }),
  'session-role': Flags.string({
    aliases: ['sessions'],
    summary: 'Role whose sessions are people of their own, a star at the end allowed; AWSReservedSSO_* always are.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'ROLE',
  }),
  source: Flags.string({
    summary: 'Value of requestMetadata.source that is shown apart [claude-code, claude-desktop].',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'VALUE',
  }),
}
