/** What an admin may type wrong: refused before anything changes, with what to do. */
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { beforeAll, describe, expect, test } from 'vitest'
import { documentOf, run } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { differences, dump } from './dump.ts'
import { ADMIN_ARN, Admin, changesBy } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
let admin: Admin
const here = () => ({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })

interface Case {
  readonly typed: string
  readonly code: string
  /** In the message or the advice. */
  readonly says: string
}

/** Two at a time, as fast as the machine's two cores. Answers what each got; nothing may have changed in between. */
async function refusalsOf(cases: readonly Case[]): Promise<readonly Case[]> {
  sandbox.clearCalls()
  const got: Case[] = []
  const left = cases.map((one, index) => ({ one, index }))
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { typed, says } = next.one
      const refused = await admin.isRefused(...typed.split(' '))
      const text = [refused.message, ...refused.suggestions].join(' | ')
      const code = refused.exit === 2 && refused.suggestions.length > 0 ? refused.code : `${refused.code}, badly told`
      got[next.index] = { typed, code, says: text.includes(says) ? says : text }
    }
  }
  await Promise.all([work(), work(), work()])
  expect(changesBy(sandbox, ADMIN_ARN).map((call) => call.operation)).toEqual([])
  return got
}

const list = (code: string, says: string, typed: readonly string[]): readonly Case[] =>
  typed.map((one) => ({ typed: one, code, says }))

describe('typed wrong', () => {
  beforeAll(async () => {
    admin = new Admin(sandbox)
    const keys = await sandbox.createUser('tanaka')
    await sandbox.createUser('batch')
    await sandbox.createRole('batch')
    await admin.does('init', '--yes', '--limit', 'tanaka=5')
    await new Worker(sandbox, keys).asks({ tokens: '1000 in, 0 out' })
  })

  test('a setting of init', async () => {
    const cases = [
      ...list('bad-settings', '"nobody" is not an e-mail address', ['init --yes --email nobody']),
      ...list('bad-settings', 'stands there twice', ['init --yes --email a@example.com --email A@example.com']),
      ...list('bad-settings', '"Mars/Base" is not a time zone', ['init --yes --time-zone Mars/Base']),
      ...list('bad-settings', '"25:00" is not a time', ['init --yes --report-time 25:00']),
      ...list('bad-settings', '"17" is none of 1, 3, 5', ['init --yes --retention-days 17']),
      ...list('bad-settings', 'is not the ARN of an IAM policy', ['init --yes --permissions-boundary policy/x']),
      ...list('bad-settings', 'is not a whole number from 1 to 60', [
        'init --yes --check-interval 0',
        'init --yes --check-interval often',
      ]),
      ...list('bad-settings', 'one needs the other', ['init --yes --currency JPY']),
      ...list('bad-settings', 'is not a label', ['init --yes --source a/b']),
      ...list('bad-settings', 'are not warning thresholds', ['init --yes --warn-at 0', 'init --yes --warn-at 80,2000']),
      ...list('bad-settings', 'cannot move to another log group', ['init --yes --log-group /other/group']),
      ...list('bad-region', '"mars" is not an AWS region', ['init --yes --region mars']),
      ...list('usage', 'Unknown flag: --emial', ['init --yes --emial a@example.com']),
    ]
    expect(await refusalsOf(cases)).toEqual(cases)
  })

  test('a name of a guard', async () => {
    const names = ['x', 'X!', 'ends-', `a${'b'.repeat(31)}`]
    const cases = list(
      'bad-settings',
      'is not a guard name',
      names.map((name) => `init --yes --guard ${name}`),
    )
    const later = list(
      'bad-guard-name',
      '2 to 31 small letters',
      names.map((name) => `status --guard ${name}`),
    )
    expect(await refusalsOf([...cases, ...later])).toEqual([...cases, ...later])
  })

  test('an amount', async () => {
    const amounts = ['-5', 'NaN', 'Infinity', '1e9', '1,000', '0x10', '1.0000000000001', '99999999999999999', '$']
    const typed = amounts.flatMap((amount) => [`limits set tanaka=${amount}`])
    const cases = [
      ...list('bad-amount', 'write a plain number such as 50 or 12.50', [
        ...typed,
        'init --yes --limit tanaka=-5',
        'init --yes --default-limit much',
        'unblock tanaka --grant -5',
        'prices set newlab.wonder-9 --input -1 --output 1',
      ]),
      ...list('bad-assignment', 'NAME=AMOUNT', [
        'limits set tanaka=',
        'limits set =5',
        'limits set tanaka',
        'init --yes --limit tanaka=',
      ]),
      ...list('bad-thresholds', 'whole percents from 1 to 100', ['limits set tanaka=9 --warn-at 101']),
    ]
    expect(await refusalsOf(cases)).toEqual(cases)
  })

  test('the same limit twice', async () => {
    const cases = [
      ...list('duplicate-limit', '"tanaka=5" and "tanaka=6"', ['limits set tanaka=5 tanaka=6']),
      ...list('duplicate-limit', '"tanaka" and "user/tanaka"', ['limits set tanaka=5 user/tanaka=6']),
      ...list('duplicate-limit', 'set the same limit', [
        'limits set *=5 everyone=6',
        'init --yes --default-limit 5 --limit everyone=6',
        'limits unset tanaka tanaka',
      ]),
    ]
    expect(await refusalsOf(cases)).toEqual(cases)
  })

  test('somebody who is not there, or who may be two', async () => {
    const cases = [
      ...list('unknown-principal', 'there is no team "ghosts"', ['limits set team/ghosts=5']),
      ...list('unknown-principal', 'neither IAM nor the ledger knows it', [
        'limits set ghost=5',
        'limits set user/ghost=5',
        'block ghost --yes',
        'unblock ghost',
      ]),
      ...list('unknown-principal', '| user/tanaka |', [
        'limits set tanka=5',
        'block tnaaka --yes',
        'limits set user/tanakaa=1',
      ]),
      ...list('unknown-principals', '"phantom"', ['limits set ghost=5 tanaka=7 phantom=6']),
      ...list('ambiguous-principal', 'user/batch (IAM), role/batch (IAM)', ['limits set batch=5', 'block batch --yes']),
      ...list('cannot-carry-limit', 'account=AMOUNT', ['limits set root/123456789012=5']),
      ...list('no-such-limit', 'limits list', ['limits unset ghost', 'limits unset user/batch']),
      ...list('no-such-limit', 'user/tanaka@month', ['unblock tanaka --limit nope']),
    ]
    expect(await refusalsOf(cases)).toEqual(cases)
  })

  test('a time, a month, a model, a choice', async () => {
    const cases = [
      ...list('bad-until', 'it has passed', [
        'block tanaka --yes --until 2020-01-01',
        'unblock tanaka --until 2020-01-01',
      ]),
      ...list('bad-until', 'a day such as', ['block tanaka --yes --until tomorrow']),
      ...list('bad-month', 'YYYY-MM', ['status --month 2026-13', 'report preview --month soon']),
      ...list('bad-date', '2026-13-45', ['prices set newlab.wonder-9 --input 1 --output 1 --from 2026-13-45']),
      ...list('bad-model', 'prices list', [
        'prices set wonder --input 1 --output 1',
        'prices set arn:aws:bedrock:::nonsense --input 1 --output 1',
        'prices set arn:aws:s3:::a-bucket --input 1 --output 1',
      ]),
      ...list('usage', 'is none of principal, person, team, model, day, source', ['status --by colour']),
      ...list('usage', 'is none of block, notify', ['limits set tanaka=9 --action shout']),
    ]
    expect(await refusalsOf(cases)).toEqual(cases)
  })

  test('a confirmation that is missing or wrong', async () => {
    const cases = [
      ...list('needs-yes', '--yes', ['block tanaka', 'limits set tanaka=0']),
      ...list('needs-confirm', 'teardown --confirm cost-guard', ['teardown']),
      ...list('wrong-name', 'this guard is called "cost-guard"', ['teardown --confirm other']),
    ]
    expect(await refusalsOf(cases)).toEqual(cases)
  })
})

describe('an installed guard', () => {
  test('that a newer version made is left alone', async () => {
    await new DynamoDBClient(here()).send(
      new UpdateItemCommand({
        TableName: 'cost-guard-ledger',
        Key: { pk: { S: 'MANIFEST' }, sk: { S: 'settings' } },
        UpdateExpression: 'SET version = :version',
        ExpressionAttributeValues: { ':version': { S: '99.0.0' } },
      }),
    )
    const before = await dump(sandbox)
    const refused = await admin.isRefused('init', '--yes', '--email', 'boss@example.com')
    expect(differences(before, await dump(sandbox))).toEqual([])
    expect(refused).toMatchObject({ exit: 1, code: 'plan-refused' })
    expect(refused.message).toContain('was installed by cost-guard 99.0.0')
    expect(refused.suggestions).toEqual(['use cost-guard 99.0.0 or later'])
  })
})

describe('without a terminal', () => {
  test('nothing printed into a pipe holds a colour, and NO_COLOR changes nothing there', async () => {
    const plain = await admin.run(['status'])
    const without = await run(['status'], { env: { ...sandbox.env, NO_COLOR: '1', FORCE_COLOR: '3' } })
    expect(plain.stdout).not.toContain('\u001b')
    expect(without.stdout).toBe(plain.stdout)
  })

  test('--json prints exactly one document, also when the command fails in the middle', async () => {
    const fault = sandbox.inject({
      service: 'dynamodb',
      operation: 'Query',
      error: { code: 'InternalServerError', message: 'try again', status: 500 },
      times: 100,
    })
    const ran = await admin.run(['status', '--json'])
    fault.remove()
    expect(ran.code).toBe(1)
    expect(Object.keys(documentOf(ran))).toEqual(['error'])
  })
})
