/** What needs a guard: `status` for 50 principals, and how many changes an `init` makes that has nothing to change. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isReadOnly } from '../src/provision/clients.ts'
import { DynamoLedger } from '../src/runtime/aws/dynamo-ledger.ts'
import { dayOf, type Instant, monthOf } from '../src/runtime/domain/base/calendar.ts'
import type { Charge } from '../src/runtime/domain/metering/charge.ts'
import { attribute, callerOf, keyOf } from '../src/runtime/domain/metering/principal.ts'
import { pico } from '../src/runtime/domain/money/money.ts'
import { createClock } from '../src/sandbox/clock.ts'
import { findEmulator } from '../src/sandbox/emulator/find.ts'
import { startEmulator } from '../src/sandbox/emulator/start.ts'
import { type Sandbox, startSandbox } from '../src/sandbox/index.ts'
import type { Figure } from './analyze.ts'
import { bare, interleaved, ratioFigure, root } from './timing.ts'

const PRINCIPALS = 50
const bin = join(root, 'bin/run.js')

export async function guardFigures(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-guard-'))
  const program = await findEmulator({
    environment: process.env,
    log: (line) => void process.stderr.write(`${line}\n`),
  })
  const emulator = await startEmulator(program, folder, createClock(folder).file)
  const sandbox = await startSandbox({ emulator: emulator.url })
  try {
    await cli(sandbox, 'init', '--default-limit', '20', '--yes')
    sandbox.clearCalls()
    await cli(sandbox, 'init')
    const calls = sandbox.calls().map((call) => call.operation)
    const writes = calls.filter((operation) => !isReadOnly(operation)).length
    await spend(sandbox)
    // At the emulator itself: what our own proxy in front of it costs is no cost of the command.
    const env = { ...sandbox.env, AWS_ENDPOINT_URL: emulator.url, NODE_OPTIONS: '' }
    const times = await interleaved({ bare, status: { args: [bin, 'status'], env } })
    return [
      { name: 'init.noopWrites', value: writes, unit: 'calls', goal: '= 0', ok: writes === 0 },
      { name: 'init.noopReads', value: calls.length - writes, unit: 'calls', goal: 'shown', ok: true },
      ratioFigure('cli.statusRatio', times.status, times.bare, 5),
    ]
  } finally {
    await sandbox.stop()
    await emulator.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function cli(sandbox: Sandbox, ...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [bin, ...args], {
    env: { ...sandbox.env, PATH: process.env['PATH'] ?? '' },
    stdio: 'ignore',
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`cost-guard ${args.join(' ')} ended with ${code}`)),
    )
  })
}

/** Fifty users with a charge each, written by the ledger itself. */
async function spend(sandbox: Sandbox): Promise<void> {
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb')
  const zoning = [{ from: '0000-00', zone: 'UTC' }]
  const now = sandbox.now() as Instant
  const client = new DynamoDBClient({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
  const ledger = new DynamoLedger({
    client,
    table: 'cost-guard-ledger',
    zoning,
    journalDays: 400,
    clock: { now: () => now },
    sleeper: { sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)) },
    random: Math.random,
  })
  const charges = Array.from({ length: PRINCIPALS }, (_, index): Charge => {
    const caller = callerOf(`arn:aws:iam::${sandbox.account}:user/person-${index}`, sandbox.account)
    return {
      requestId: `bench-${index}`,
      at: now,
      month: monthOf(now, zoning),
      day: dayOf(now, zoning),
      principal: keyOf(attribute(caller, [])),
      caller,
      region: sandbox.region,
      operation: 'Converse',
      model: 'anthropic.claude-opus-5-5',
      scope: 'global',
      rateId: 'anthropic.claude-opus-5-5/global/standard/default/2026-01-01',
      label: 'claude-code',
      tokens: { input: 1000, output: 100, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheWriteUnknown: 0 },
      cost: pico(BigInt(index + 1) * 10_000_000_000n),
      assumed: pico(0n),
    }
  })
  await ledger.record(charges)
  client.destroy()
}
