/** A small AWS on the laptop: an emulator, and in front of it what the emulator lacks and a guard needs. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InvocationLog } from './bedrock/log.ts'
import { Profiles } from './bedrock/profiles.ts'
import { BedrockRuntime } from './bedrock/runtime.ts'
import type { Invocation } from './calls.ts'
import { createClock } from './clock.ts'
import { control } from './control.ts'
import { listen } from './door/listen.ts'
import { findEmulator } from './emulator/find.ts'
import { type Emulator, startEmulator } from './emulator/start.ts'
import { Faults } from './faults.ts'
import { Gateway } from './gateway.ts'
import { KeyRing, type Keys } from './iam/callers.ts'
import { iamHooks } from './iam/hooks.ts'
import { Identities } from './iam/identity.ts'
import { AsyncInvoker, lambdaHooks } from './lambda/hooks.ts'
import { FunctionHost } from './lambda/host.ts'
import { KeptSettings } from './lambda/settings.ts'
import { LogDelivery, logHooks } from './logs/delivery.ts'
import { MailBox } from './mail/mail.ts'
import { People } from './people.ts'
import { refusals } from './refusals/index.ts'
import { Propagation } from './refusals/propagation.ts'
import { Scheduler } from './schedule/scheduler.ts'
import type { Sandbox, SandboxOptions } from './types.ts'
import { createUpstream } from './upstream.ts'
import { BackgroundWork } from './work.ts'
import type { World } from './world.ts'

export type { Call, Invocation } from './calls.ts'
export type { Fault } from './faults.ts'
export type { Keys } from './iam/callers.ts'
export type { Mail } from './mail/mail.ts'
export type { Fired } from './schedule/scheduler.ts'
export type { Sandbox, SandboxOptions } from './types.ts'

const ACCOUNT = '123456789012'
const IDLE_MS_MAX = 120_000

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
    propagation: new Propagation(options.propagation ?? 0),
    endpoint: () => endpoint,
    clients: (of = region) => upstream.clients(of),
    userOf: (name) => people.userOf(name),
    invoked: (invocation) => {
      invocations.push(invocation)
    },
  }
  const people = new People(world)
  const kept = new KeptSettings()
  const host = new FunctionHost(world, kept)
  const async = new AsyncInvoker(world, host)
  const delivery = new LogDelivery(world, async)
  const mailBox = new MailBox(world)
  const profiles = new Profiles(world)
  const invocationLog = new InvocationLog(world, delivery)
  const runtime = new BedrockRuntime(world, profiles, invocationLog)
  const scheduler = new Scheduler(world, async)
  const faults = new Faults()
  const gateway = new Gateway({
    world,
    faults,
    refuseUnauthorised: options.refuseUnauthorised ?? true,
    hooks: [
      ...refusals(world, (arn) => mailBox.isPending(arn)),
      ...iamHooks(world),
      ...kept.hooks(),
      ...lambdaHooks(host, async),
      ...logHooks(delivery),
      ...mailBox.hooks(),
      ...profiles.hooks(),
      ...invocationLog.hooks(),
      ...runtime.hooks(),
      ...scheduler.hooks(),
    ],
  })
  const door = await listen({ port: options.port ?? 0, now: clock.now }, (request) => {
    if (request.path.startsWith('/moto-api/')) return upstream.forward(request)
    return request.path.startsWith('/_sandbox/') ? control(sandbox, request) : gateway.handle(request)
  })
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
  let ticking: NodeJS.Timeout | undefined
  const tick = async () => {
    const fired = await scheduler.tick()
    await idle()
    return fired
  }
  const sandbox: Sandbox = {
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
    tick,
    async fire(name) {
      const fired = await scheduler.force(name)
      await idle()
      return fired
    },
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
      kept.reset()
      profiles.reset()
      invocationLog.forget()
      clock.reset()
      scheduler.reset()
      world.propagation.reset()
      await prepare()
      world.work.clear()
      gateway.clear()
      invocations = []
    },
    async stop() {
      if (stopped) return
      stopped = true
      clearInterval(ticking)
      await door.close()
      await host.stop()
      upstream.close()
      await emulator.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  if (options.live) {
    ticking = setInterval(() => {
      world.work.start('schedules', () => scheduler.tick())
    }, 1_000)
    ticking.unref()
  }
  return sandbox
}
