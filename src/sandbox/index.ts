/** A small AWS on the laptop: an emulator, and in front of it what the emulator lacks and a guard needs. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Call, Invocation } from './calls.ts'
import { createClock } from './clock.ts'
import { listen } from './door/listen.ts'
import { findEmulator } from './emulator/find.ts'
import { type Emulator, startEmulator } from './emulator/start.ts'
import { type Fault, Faults } from './faults.ts'
import { Gateway } from './gateway.ts'
import { KeyRing, type Keys } from './iam/callers.ts'
import { iamHooks } from './iam/hooks.ts'
import { Identities } from './iam/identity.ts'
import { AsyncInvoker, lambdaHooks } from './lambda/hooks.ts'
import { FunctionHost } from './lambda/host.ts'
import { LogDelivery, logHooks } from './logs/delivery.ts'
import { type Mail, MailBox } from './mail/mail.ts'
import { People } from './people.ts'
import { createUpstream } from './upstream.ts'
import { BackgroundWork } from './work.ts'
import type { World } from './world.ts'

export type { Call, Invocation } from './calls.ts'
export type { Fault } from './faults.ts'
export type { Keys } from './iam/callers.ts'
export type { Mail } from './mail/mail.ts'

const ACCOUNT = '123456789012'
const IDLE_MS_MAX = 120_000

export interface SandboxOptions {
  /** Default us-east-1. */
  readonly region?: string
  /** URL of an emulator that runs already; it is reset, never ended. */
  readonly emulator?: string
  readonly log?: (line: string) => void
  /** Schedules fire by themselves, each second looked after. Without it only `tick()` fires them. */
  readonly live?: boolean
  /** This many tries after a role or permission is made fail as AWS's do before it has propagated. Default 0. */
  readonly propagation?: number
  /** Every call is judged by its caller's IAM policies. Default true. */
  readonly refuseUnauthorised?: boolean
  /** Default: a free one. */
  readonly port?: number
}

export interface Sandbox {
  /** http://127.0.0.1:port */
  readonly endpoint: string
  readonly account: string
  readonly region: string
  /** Exports for a person or a child process: endpoint, admin keys, region, and nothing of the user's own AWS. */
  readonly env: Readonly<Record<string, string>>
  readonly admin: Keys
  /** Of the emulator, when the sandbox started it. */
  readonly emulatorPid: number | undefined
  createUser(name: string, options?: { path?: string; allow?: string | string[] }): Promise<Keys>
  createRole(name: string, options?: { path?: string; allow?: string | string[] }): Promise<string>
  assume(role: string, session: string): Promise<Keys & { sessionToken: string }>
  /** Environment like `env` but with these keys. */
  envOf(keys: Keys): Readonly<Record<string, string>>
  now(): number
  setTime(to: Date | number | string): void
  advance(milliseconds: number): void
  /** Waits until every delivery and asynchronous invocation is done. */
  idle(): Promise<void>
  mails(): readonly Mail[]
  clearMails(): void
  confirmMail(address: string): number
  calls(): readonly Call[]
  clearCalls(): void
  invocations(): readonly Invocation[]
  /** Background work that failed (a dead letter that could not be sent…). */
  problems(): readonly string[]
  inject(fault: Fault): { left(): number; remove(): void }
  reset(): Promise<void>
  stop(): Promise<void>
}

/** Starts the sandbox. Never reads the user's AWS configuration, never leaves the loopback interface. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { region = 'us-east-1', log = () => undefined } = options
  const folder = mkdtempSync(join(tmpdir(), 'cost-guard-sandbox-'))
  const clock = createClock(folder)
  let emulator: Emulator
  if (options.emulator) {
    const url = options.emulator.replace(/\/$/, '')
    emulator = { url, pid: undefined, stop: async () => undefined }
  } else {
    const program = await findEmulator({ environment: process.env, log })
    emulator = await startEmulator(program, folder, clock.file)
  }
  const upstream = createUpstream(emulator.url)
  let endpoint = ''
  let invocations: Invocation[] = []
  const world: World = {
    account: ACCOUNT,
    partition: 'aws',
    region,
    folder,
    clock,
    upstream,
    keys: new KeyRing(),
    identities: new Identities(upstream.clients(region).iam),
    work: new BackgroundWork(),
    propagation: options.propagation ?? 0,
    endpoint: () => endpoint,
    clients: (of = region) => upstream.clients(of),
    userOf: (name) => people.userOf(name),
    invoked: (invocation) => {
      invocations.push(invocation)
    },
  }
  const people = new People(world)
  const host = new FunctionHost(world)
  const async = new AsyncInvoker(world, host)
  const delivery = new LogDelivery(world, async)
  const mailBox = new MailBox(world)
  const faults = new Faults()
  const gateway = new Gateway({
    world,
    faults,
    refuseUnauthorised: options.refuseUnauthorised ?? true,
    hooks: [...iamHooks(world), ...lambdaHooks(host, async), ...logHooks(delivery), ...mailBox.hooks()],
  })
  const door = await listen({ port: options.port ?? 0, now: clock.now }, (request) =>
    request.path.startsWith('/moto-api/') ? upstream.forward(request) : gateway.handle(request),
  )
  endpoint = `http://127.0.0.1:${door.port}`
  const prepare = async () => {
    await upstream.post('/moto-api/reset', '')
    await upstream.post('/moto-api/config', '{"lambda":{"use_docker":false}}')
    return people.createAdmin()
  }
  const admin = await prepare()
  const idle = () => world.work.idle(IDLE_MS_MAX)
  const envOf = (keys: Keys) => ({
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: endpoint,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    ...(keys.sessionToken ? { AWS_SESSION_TOKEN: keys.sessionToken } : {}),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    NODE_OPTIONS: `--import ${clock.shiftModule}`,
  })
  let stopped = false
  return {
    endpoint,
    account: ACCOUNT,
    region,
    admin,
    emulatorPid: emulator.pid,
    env: envOf(admin),
    envOf,
    createUser: (name, how) => people.createUser(name, how),
    createRole: (name, how) => people.createRole(name, how),
    assume: (role, session) => people.assume(role, session),
    now: clock.now,
    setTime: (to) => clock.set(new Date(to).getTime()),
    advance: (milliseconds) => clock.advance(milliseconds),
    idle,
    mails: () => mailBox.mails(),
    clearMails: () => mailBox.clear(),
    confirmMail: (address) => mailBox.confirm(address),
    calls: () => gateway.calls(),
    clearCalls: () => gateway.clear(),
    invocations: () => [...invocations],
    problems: () => world.work.problems,
    inject: (fault) => faults.inject(fault),
    async reset() {
      await idle()
      await host.stop()
      world.keys.clear()
      world.identities.forget()
      delivery.forget()
      mailBox.reset()
      faults.clear()
      clock.reset()
      await prepare()
      world.work.clear()
      gateway.clear()
      invocations = []
    },
    async stop() {
      if (stopped) return
      stopped = true
      await door.close()
      await host.stop()
      upstream.close()
      await emulator.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
