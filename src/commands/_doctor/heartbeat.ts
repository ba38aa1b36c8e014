/** A beat written into the log group by a stream of its own, and awaited where ingest notes it. */
import { randomUUID } from 'node:crypto'
import { HEARTBEAT_STREAM } from '../../runtime/aws/logs-payload.ts'
import { type Door, systemSleeper } from '../_compose.ts'
import { healthBook } from '../_rooms.ts'
import { type Finding, found } from './finding.ts'

const LOOK_EVERY_MS = 1000

export async function heartbeat(door: Door, seconds: number): Promise<Finding> {
  const [{ CreateLogStreamCommand, PutLogEventsCommand }, { isAlreadyThere }, logs, settings, book] = await Promise.all(
    [
      import('../../provision/sdk/logs.ts'),
      import('../../runtime/aws/aws-errors.ts'),
      door.clients.logs(),
      door.settings(),
      healthBook(door),
    ],
  )
  const stream = { logGroupName: settings.logGroup, logStreamName: `${HEARTBEAT_STREAM}${door.guard}` }
  try {
    await logs.send(new CreateLogStreamCommand(stream))
  } catch (error) {
    if (!isAlreadyThere(error)) throw error
  }
  const message = JSON.stringify({ schemaType: 'CostGuardHeartbeat', id: randomUUID() })
  const sentAt = door.clock.now()
  await logs.send(new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp: sentAt, message }] }))
  const deadline = sentAt + seconds * 1000
  while (door.clock.now() < deadline) {
    const { heartbeat: beat } = await book.read()
    if (beat?.id === message) {
      const took = Math.max(0, Math.round((beat.at - sentAt) / 100) / 10)
      return found('heartbeat', 'ok', `a heartbeat went from the log group to ingest in ${took} s`)
    }
    await systemSleeper.sleep(LOOK_EVERY_MS)
  }
  return found(
    'heartbeat',
    'fail',
    `a heartbeat written into ${settings.logGroup} did not reach ingest within ${seconds} s: what Bedrock logs is not counted at once`,
    `aws logs tail /aws/lambda/${door.names(settings).functions.ingest} --since 15m --region ${door.region}`,
  )
}
