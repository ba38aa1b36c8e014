import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runDemo } from '../../src/sandbox/demo.ts'
import { sandboxForTests } from '../support/sandbox.ts'

const sandbox = sandboxForTests()

// Some twenty seconds on a quiet machine.
test('the demo tells its whole story, on lines of at most 80 columns where the words are ours', {
  timeout: 180_000,
}, async () => {
  const lines: string[] = []
  const program = [process.execPath, '--no-opt', join(import.meta.dirname, '../../bin/run.js')]
  await runDemo({ sandbox, say: (line) => lines.push(line), program, path: process.env['PATH'] ?? '', verbose: false })
  const story = lines.join('\n')
  expect(lines.filter((line) => /^== \d/.test(line)).map((line) => line.replace(/^== (.*?) =*$/, '$1'))).toEqual([
    '1. A team that uses Claude on Amazon Bedrock',
    '2. The admin installs the guard: 20 dollars a month for each',
    '3. A working day',
    '4. An agent of tanaka runs away',
    '5. The admin raises the limit',
    '6. The page: tanaka reads why, the admin sees everybody',
    '7. The next morning, 09:00 in Tokyo: the daily mail',
    '8. Midnight in Tokyo: a new month',
    '9. The guard goes, without a trace',
  ])
  expect(story).toContain('enforce  released: user/tanaka')
  expect(story).toContain('Looked up again by name and by tag: only what stays on purpose is left')
  expect(await sandbox.pageUrl()).toBeUndefined()
  expect(sandbox.problems()).toEqual([])
  // Names and mails are as long as they are; the narration is not.
  const ours = lines.filter((line) => !/^ {4}|^ {2}\||^SANDBOX|^ {2}AWS has/.test(line) && !/^Guard:/.test(line))
  expect(ours.filter((line) => line.length > 80)).toEqual([])
})
