/** The metrics that the deployed functions really write, and the alarm that a broken enforce raises. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import { expect, test } from 'vitest'
import { adminPolicy } from '../../src/provision/admin-rights.ts'
import { readEmf } from '../../src/sandbox/metrics/emf.ts'
import { namesOf, openedBy, personWith } from '../provision/on-sandbox.ts'
import { succeeded } from '../provision/world.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { ADMIN_ARN } from './guarded.ts'

const sandbox = sandboxForTests()
const MINUTE = 60_000

async function minutes(count: number): Promise<readonly string[]> {
  const changed: string[] = []
  for (let minute = 0; minute < count; minute++) {
    sandbox.advance(MINUTE)
    await sandbox.tick()
    changed.push(...(await sandbox.judgeAlarms()))
  }
  return changed
}

test('checks and records are counted in the functions’ logs, and a broken enforce is mailed within six minutes, and its end', async () => {
  const installer = await personWith(sandbox, 'installer', adminPolicy(namesOf(sandbox)))
  const guard = await openedBy(sandbox, installer)
  succeeded(await guard.apply(await guard.plan(), () => {}))
  sandbox.confirmMail('boss@example.com')
  await minutes(6)
  await sandbox.fire('cg-test-catch-up')

  const logs = new CloudWatchLogsClient({ region: sandbox.region })
  const written = async (name: string) => {
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/cg-test-${name}` }))
    return events.flatMap(({ message = '' }) => readEmf(message) ?? [])
  }
  const guarded = { namespace: 'CostGuard', dimensions: { Guard: 'cg-test' }, unit: 'Count' }
  expect(await written('enforce')).toContainEqual(
    expect.objectContaining({ ...guarded, name: 'ChecksFinished', value: 1 }),
  )
  expect(await written('ingest')).toContainEqual(
    expect.objectContaining({ ...guarded, name: 'RecordsCounted', value: 0 }),
  )

  sandbox.clearMails()
  // A read that fails throughout: enforce runs, and cannot judge.
  const broken = sandbox.inject({
    service: 'dynamodb',
    operation: 'Query',
    error: { code: 'AccessDeniedException', message: 'somebody took a right away' },
    times: 10_000,
    matches: ({ caller }) => caller?.arn.includes('cg-test-enforce') ?? false,
  })
  expect(await minutes(6)).toContain('cg-test-no-check ALARM')
  const mails = sandbox.mails().filter(({ subject }) => subject.startsWith('ALARM: "cg-test-no-check"'))
  expect(mails).toHaveLength(1)
  expect(mails[0]?.text).toContain('No check of the limits has been finished for 5 minutes.')
  expect(mails[0]?.text).toContain('cost-guard status --guard cg-test')
  broken.remove()
  expect(await minutes(2)).toContain('cg-test-no-check OK')
}, 180_000)

test('alarms reach people through a topic encrypted with the guard’s own key, and none does once its policy leaves them out', async () => {
  await sandbox.reset()
  const admin = { keys: sandbox.admin, arn: ADMIN_ARN }
  const wish = { emails: ['boss@example.com'], timeZone: 'Asia/Tokyo', kmsKey: 'own' }
  const guard = await openedBy(sandbox, admin, wish)
  succeeded(await guard.apply(await guard.plan(), () => {}))
  sandbox.confirmMail('boss@example.com')
  const alarmed = () => sandbox.mails().filter(({ subject }) => subject.startsWith('ALARM')).length
  // Nothing runs: the check that never finishes is an alarm.
  sandbox.advance(10 * MINUTE)
  expect(await sandbox.judgeAlarms()).toContain('cg-test-no-check ALARM')
  const heard = alarmed()
  expect(heard).toBeGreaterThan(0)

  const kms = new KMSClient({ region: sandbox.region })
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/cg-test' }))
  const at = { KeyId: KeyMetadata?.KeyId, PolicyName: 'default' }
  const { Policy = '' } = await kms.send(new GetKeyPolicyCommand(at))
  const { Statement, ...rest } = JSON.parse(Policy) as { Statement: { Sid: string }[] }
  const less = Statement.filter(({ Sid }) => Sid !== 'AlarmsPublishToTheTopic')
  await kms.send(new PutKeyPolicyCommand({ ...at, Policy: JSON.stringify({ ...rest, Statement: less }) }))
  await minutes(2)
  sandbox.advance(10 * MINUTE)
  expect(await sandbox.judgeAlarms()).toContain('cg-test-no-check ALARM')
  expect(alarmed()).toBe(heard)
}, 180_000)
