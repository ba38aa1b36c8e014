/** What `prices refresh` and `prices diff` are told alike. */
import { Flags } from '@oclif/core'

export const listFlags = {
  regions: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'Regions whose prices are wanted, comma between; else the guard’s own.',
    helpValue: 'R,R',
  }),
  from: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'Price file as AWS publishes it (.json, .json.gz), or a folder of them; instead of the network.',
    helpValue: 'PATH',
  }),
}
