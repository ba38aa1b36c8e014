/** The parts of a sandbox, put together; nothing here listens or starts yet. */
import { InvocationLog } from './bedrock/log.ts'
import { modelHooks } from './bedrock/models.ts'
import { Profiles } from './bedrock/profiles.ts'
import { BedrockRuntime } from './bedrock/runtime.ts'
import type { Invocation } from './calls.ts'
import type { SandboxClock } from './clock.ts'
import { Invitations } from './cognito/invitations.ts'
import { KeptPools } from './cognito/pools.ts'
import { Faults } from './faults.ts'
import { Gateway } from './gateway.ts'
import { DataPlane } from './http-api/data-plane.ts'
import { HttpApis } from './http-api/hooks.ts'
import { KeyRing } from './iam/callers.ts'
import { iamHooks } from './iam/hooks.ts'
import { Identities } from './iam/identity.ts'
import { simulateHooks } from './iam/simulate.ts'
import { AsyncInvoker, lambdaHooks } from './lambda/hooks.ts'
import { FunctionHost } from './lambda/host.ts'
import { KeptSettings } from './lambda/settings.ts'
import { LogDelivery, logHooks } from './logs/delivery.ts'
import { MailBox } from './mail/mail.ts'
import { BedrockCounts } from './metrics/bedrock-counts.ts'
import { Dashboards } from './metrics/dashboards.ts'
import { Metrics } from './metrics/metrics.ts'
import { Page } from './page.ts'
import { People } from './people.ts'
import { refusals } from './refusals/index.ts'
import { Propagation } from './refusals/propagation.ts'
import { KeptByUs } from './s3.ts'
import { Scheduler } from './schedule/scheduler.ts'
import { SignIn } from './sign-in/sign-in.ts'
import { tagIndexHooks } from './tag-index.ts'
import { createUpstream } from './upstream.ts'
import { BackgroundWork } from './work.ts'
import type { World } from './world.ts'

/** The account every emulator of AWS pretends to be. */
export const ACCOUNT = '123456789012'

export interface PartsOptions {
  readonly region: string
  readonly emulatorUrl: string
  readonly folder: string
  readonly clock: SandboxClock
  readonly propagation: number
  readonly refuseUnauthorised: boolean
  readonly say: (line: string) => void
}

export interface Parts {
  readonly world: World
  readonly people: People
  readonly host: FunctionHost
  readonly mailBox: MailBox
  readonly metrics: Metrics
  readonly scheduler: Scheduler
  readonly faults: Faults
  readonly gateway: Gateway
  readonly signIn: SignIn
  readonly dataPlane: DataPlane
  readonly page: Page
  readonly invitations: Invitations
  readonly invocations: Invocation[]
  /** Known once the door is open. */
  readonly door: { endpoint: string }
  /** Everything kept outside the emulator goes. */
  forget(): void
}

function worldOf(
  options: PartsOptions,
  later: Pick<Parts, 'invocations' | 'door'>,
  people: () => People,
  metrics: () => Metrics,
): World {
  const { region, folder, clock } = options
  const upstream = createUpstream(options.emulatorUrl)
  return {
    account: ACCOUNT,
    partition: 'aws',
    region,
    folder,
    clock,
    upstream,
    keys: new KeyRing(),
    identities: new Identities(upstream.clients(region).iam),
    work: new BackgroundWork(),
    propagation: new Propagation(options.propagation),
    endpoint: () => later.door.endpoint,
    clients: (of = region) => upstream.clients(of),
    userOf: (name) => people().userOf(name),
    invoked: (invocation) => {
      later.invocations.push(invocation)
    },
    logged: (of, lines) => metrics().take(of, lines),
  }
}

export function createParts(options: PartsOptions): Parts {
  const invocations: Invocation[] = []
  const door = { endpoint: '' }
  const world = worldOf(
    options,
    { invocations, door },
    () => people,
    () => metrics,
  )
  const people = new People(world)
  const kept = new KeptSettings()
  const keptByUs = new KeptByUs()
  const signIn = new SignIn(world, options.say)
  const host = new FunctionHost(world, kept, (text) => signIn.local(text))
  const dataPlane = new DataPlane(world, host, signIn)
  const apis = new HttpApis(world, dataPlane, (issuer) => signIn.hasIssuer(issuer))
  const async = new AsyncInvoker(world, host)
  const delivery = new LogDelivery(world, async)
  const mailBox = new MailBox(world)
  const pools = new KeptPools(world)
  const invitations = new Invitations(world, (mail) => mailBox.post(mail))
  const metrics = new Metrics(world, mailBox)
  const counts = new BedrockCounts(world)
  const dashboards = new Dashboards(world)
  const profiles = new Profiles(world)
  const invocationLog = new InvocationLog(world, delivery)
  const runtime = new BedrockRuntime({ world, profiles, log: invocationLog, counts })
  const scheduler = new Scheduler(world, async)
  const faults = new Faults()
  const hooks = [
    ...refusals(
      world,
      (arn) => mailBox.isPending(arn),
      (bucket) => keptByUs.policyOf(bucket),
    ),
    ...iamHooks(world),
    ...simulateHooks(world),
    ...kept.hooks(),
    ...keptByUs.hooks(),
    ...lambdaHooks(host, async),
    ...logHooks(delivery),
    ...mailBox.hooks(),
    ...dashboards.hooks(),
    ...counts.hooks(),
    ...profiles.hooks(),
    ...modelHooks(),
    ...invocationLog.hooks(),
    ...runtime.hooks(),
    ...scheduler.hooks(),
    ...tagIndexHooks(world),
    ...pools.hooks(),
    ...invitations.hooks(),
    ...apis.hooks(),
  ]
  const gateway = new Gateway({ world, faults, refuseUnauthorised: options.refuseUnauthorised, hooks })
  return {
    world,
    people,
    host,
    mailBox,
    metrics,
    scheduler,
    faults,
    gateway,
    signIn,
    dataPlane,
    page: new Page(world, dataPlane),
    invitations,
    invocations,
    door,
    forget() {
      for (const part of [kept, keptByUs, profiles, mailBox, pools, invitations, apis, world.propagation]) part.reset()
      for (const part of [delivery, invocationLog, world.identities]) part.forget()
      for (const part of [world.keys, world.work, faults, metrics, counts, dashboards]) part.clear()
      world.clock.reset()
      scheduler.reset()
      invocations.length = 0
    },
  }
}
