/** Shell completion, as a shell uses it. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { run } from '../support/cli.ts'

const home = mkdtempSync(join(tmpdir(), 'cost-guard-home-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** What bash offers for the last of these words. */
function offered(...words: string[]): readonly string[] {
  const script = join(home, '.cache/cost-guard/autocomplete/functions/bash/cost-guard.bash')
  const quoted = words.map((word) => `'${word}'`).join(' ')
  const lines = [
    `source '${script}'`,
    `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; COMP_LINE='${words.join(' ')}'`,
    `$(complete -p cost-guard | sed 's/.*-F \\([^ ]*\\).*/\\1/')`,
    `printf "%s\\n" "\${COMPREPLY[@]}"`,
  ]
  const said = execFileSync('bash', ['-c', lines.join('\n')], { encoding: 'utf8' })
  return [...new Set(said.split('\n').filter((word) => word !== ''))]
}

describe('shell completion', () => {
  test('is set up by one line, under the name of the installed program', async () => {
    const ran = await run(['autocomplete', 'bash'], { env: { HOME: home } })
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('$(cost-guard autocomplete script bash)')
  })

  test('knows commands, commands below a topic, and flags', () => {
    expect(offered('cost-guard', 'te')).toEqual(['teams', 'teardown'])
    expect(offered('cost-guard', 'limits', 'se')).toEqual(['set'])
    expect(offered('cost-guard', 'limits', 'set', '--warn')).toEqual(['--warn-at'])
  })
})
