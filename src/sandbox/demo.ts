/** The story of `npm run demo`: a guard's month in half a minute, by the real CLI and real SDK calls on the sandbox. */
import { look } from './demo/page.ts'
import { Stage, type StageOptions, wrap } from './demo/stage.ts'
import { type CallAnswer, describeCall, HAIKU, type Member, member, OPUS } from './demo/team.ts'

export type DemoOptions = StageOptions

const BOSS = 'boss@example.com'
const ZONE = 'Asia/Tokyo'
const CALLS_MAX = 12
/** 20th of the month, 10:00 in Tokyo: far from every month's end, whenever the demo is shown. */
const tenOnTheTwentieth = (now: number) => {
  const today = new Date(now)
  return Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), 20, 1)
}
/** First of next month, 00:00:20 in Tokyo. */
const afterMidnight = (now: number) => {
  const today = new Date(now)
  return Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 1) - 9 * 3_600_000 + 20_000
}

interface Team {
  readonly tanaka: Member
  readonly sato: Member
  readonly suzuki: Member
}

/** Plays the whole story; throws GuardError `demo-broke` where it does not go as told. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const stage = new Stage(options)
  const started = performance.now()
  stage.sandbox.setTime(tenOnTheTwentieth(stage.sandbox.now()))
  const team = await opening(stage)
  await install(stage)
  await work(stage, team)
  await runaway(stage, team)
  await raise(stage, team)
  await look(stage, BOSS)
  await nextMorning(stage)
  await monthChange(stage, team)
  await teardown(stage, team)
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  stage.print('')
  stage.tell(
    `That was a month in ${seconds} seconds. To play yourself: "cost-guard sandbox --keep" leaves the small AWS ` +
      'running and prints the exports. On a real account everything starts with "cost-guard init --dry-run".',
  )
}

async function opening(stage: Stage): Promise<Team> {
  const { sandbox } = stage
  stage.tell(
    `A small AWS runs on this laptop now, at ${sandbox.endpoint}: an emulator (moto) and in front of it our own proxy, ` +
      'which runs the deployed functions, fires schedules, answers model calls and judges each by IAM policies. ' +
      'Nothing leaves this machine and your own AWS configuration is not read.',
  )
  stage.scene('A team that uses Claude on Amazon Bedrock')
  const tanaka = await member(sandbox, 'tanaka', await sandbox.createUser('tanaka'))
  const sato = await member(sandbox, 'sato', await sandbox.createUser('sato'))
  await sandbox.createRole('builders')
  const suzuki = await member(sandbox, 'suzuki', await sandbox.assume('builders', 'suzuki'))
  stage.tell('tanaka and sato are IAM users, suzuki works through the role "builders". Nobody counts anything yet.')
  return { tanaka, sato, suzuki }
}

async function install(stage: Stage): Promise<void> {
  stage.scene('The admin installs the guard: 20 dollars a month for each')
  const page = (await stage.sandbox.canSignIn()) ? ['--dashboard'] : []
  await stage.run('init', '--email', BOSS, '--time-zone', ZONE, '--default-limit', '20', ...page, '--yes')
  await stage.sandbox.idle()
  const confirmed = stage.sandbox.confirmMail(BOSS)
  stage.expect(confirmed === 1, `the address ${BOSS} should wait for its confirmation`)
  stage.print('')
  stage.tell(`(${BOSS} clicks the link in the confirmation mail.)`)
}

/** One call, shown, and all that follows from it done. */
async function call(stage: Stage, who: Member, model: string, tokens: string, source?: string): Promise<CallAnswer> {
  const answer = await who.call(model, tokens, source)
  stage.print(describeCall(who.name, answer))
  await stage.sandbox.idle()
  return answer
}

async function work(stage: Stage, { suzuki, sato }: Team): Promise<void> {
  stage.scene('A working day')
  for (let n = 0; n < 3; n++) await call(stage, suzuki, HAIKU, '4_000 in, 2_000 out, 90_000 cache read', 'claude-code')
  for (let n = 0; n < 3; n++) await call(stage, sato, OPUS, '250_000 in, 220_000 out', 'claude-desktop')
  stage.print('')
  stage.tell('Bedrock logs each call; the guard has counted and priced them. sato passed 80% of the limit:')
  mailSubjects(stage, /sato/)
  const status = await stage.run('status')
  stage.expect(/user\/sato/.test(status) && /warned/.test(status), 'status should show sato as warned')
}

function mailSubjects(stage: Stage, about: RegExp): void {
  const found = stage.sandbox.mails().filter((one) => about.test(one.subject) && one.delivered)
  stage.expect(found.length > 0, `a mail about ${about.source} should have gone out`)
  for (const { to, subject } of found) stage.quote(`To: ${to}\nSubject: ${subject}`)
  stage.sandbox.clearMails()
}

/** Calls until AWS refuses; answers the refusal. */
async function untilStopped(stage: Stage, who: Member): Promise<{ name: string; message: string }> {
  for (let n = 0; n < CALLS_MAX; n++) {
    const answer = await call(stage, who, OPUS, '100_000 in, 200_000 out', 'claude-code')
    if (!answer.ok) return answer
  }
  throw stage.broken(`${who.name} was not stopped after ${CALLS_MAX} calls`)
}

function showRefusal(stage: Stage, refusal: { name: string; message: string }): void {
  for (const line of wrap(refusal.message, '    ')) stage.print(line)
  const isNamed =
    refusal.name === 'AccessDeniedException' && /policy\/cost-guard-limit-reached-until-/.test(refusal.message)
  stage.expect(isNamed, "the refusal should name the guard's policy")
}

async function runaway(stage: Stage, { tanaka, suzuki }: Team): Promise<void> {
  stage.scene('An agent of tanaka runs away')
  const refusal = await untilStopped(stage, tanaka)
  showRefusal(stage, refusal)
  stage.print('')
  stage.tell('The limit was reached, and the next call was refused by AWS itself. Others go on:')
  const other = await call(stage, suzuki, HAIKU, '4_000 in, 2_000 out, 90_000 cache read', 'claude-code')
  stage.expect(other.ok, 'suzuki should not be stopped')
  mailSubjects(stage, /tanaka/)
  await stage.run('status')
}

async function raise(stage: Stage, { tanaka }: Team): Promise<void> {
  stage.scene('The admin raises the limit')
  await stage.run('limits', 'set', 'tanaka=30', '--yes')
  const free = await call(stage, tanaka, HAIKU, '4_000 in, 2_000 out', 'claude-code')
  stage.expect(free.ok, 'after the raise the call should work')
  stage.print('')
  stage.tell('It works again at once. The agent, alas, was not mended:')
  const refusal = await untilStopped(stage, tanaka)
  showRefusal(stage, refusal)
  stage.sandbox.clearMails()
}

async function nextMorning(stage: Stage): Promise<void> {
  const { sandbox } = stage
  stage.scene('The next morning, 09:00 in Tokyo: the daily mail')
  sandbox.setTime(tenOnTheTwentieth(sandbox.now()) + 23 * 3_600_000 + 5_000)
  await sandbox.idle()
  sandbox.clearMails()
  await sandbox.tick()
  const sent = sandbox.mails().filter((one) => one.delivered)
  // A check fires at the same instant, and may have something of its own to tell.
  const report = sent.filter(({ subject }) => subject.includes('Bedrock spending'))
  const subjects = sent.map(({ subject }) => subject).join('; ') || 'none'
  stage.expect(report.length === 1, `one daily mail should have been sent; there came: ${subjects}`)
  for (const { to, subject, text } of report) stage.quote(`To: ${to}\nSubject: ${subject}\n\n${text}`)
}

async function monthChange(stage: Stage, { tanaka }: Team): Promise<void> {
  const { sandbox } = stage
  stage.scene('Midnight in Tokyo: a new month')
  const midnight = afterMidnight(sandbox.now())
  // The days between pass with their schedules, so that what fires after midnight is what is due after midnight.
  sandbox.setTime(midnight - 60_000)
  await sandbox.tick()
  sandbox.setTime(midnight)
  const dead = await call(stage, tanaka, HAIKU, '4_000 in, 2_000 out', 'claude-code')
  stage.expect(dead.ok, "after the month's end the deny should have lapsed by its own date")
  stage.tell('The deny ended by the date in it: even a dead guard would have released. The living one tidied up:')
  const fired = await sandbox.tick()
  stage.expect(
    fired.some((one) => one.schedule === 'cost-guard-enforce' && !one.problem),
    'the schedule of every minute should have fired',
  )
  const released = sandbox
    .invocations()
    .filter((one) => one.function === 'cost-guard-enforce' && one.at >= midnight)
    .flatMap((one) => (one.result as { released?: readonly string[] } | undefined)?.released ?? [])
  stage.print(`  enforce  released: ${released.join(', ')}`)
  stage.expect(released.includes('user/tanaka'), 'the new month should release tanaka')
  await stage.run('status')
}

async function teardown(stage: Stage, { tanaka }: Team): Promise<void> {
  stage.scene('The guard goes, without a trace')
  await stage.run('teardown', '--confirm', 'cost-guard')
  const answer = await call(stage, tanaka, HAIKU, '4_000 in, 2_000 out')
  stage.expect(answer.ok, 'nobody should be denied after the teardown')
}
