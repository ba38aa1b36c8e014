import type { Hook } from '@oclif/core'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { nearest } from '../_suggest.ts'

/** oclif suggests only on a terminal, and then runs its guess; we name up to three and stop. */
const hook: Hook<'command_not_found'> = async ({ id, config }) => {
  const typed = id.replaceAll(':', ' ')
  const ids = [...config.commandIDs, ...config.topics.map((topic) => topic.name)]
  const known = [...new Set(ids.map((name) => name.replaceAll(':', ' ')))]
  // `limits sett tanaka=5` arrives with its arguments: compare as many words as each known command has.
  const whole = nearest(typed, known)
  const meant = whole.length > 0 ? whole : nearest(typed.split(' ').slice(0, 2).join(' '), known)
  throw new GuardError({
    code: 'unknown-command',
    fault: 'user',
    message: `"${typed}" is not a command`,
    suggestions: [...meant.map((name) => `${config.bin} ${name}`), `${config.bin} --help`],
  })
}

export default hook
