import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { adminPolicy, adminRights } from '../../src/provision/admin-rights.ts'
import { isReadOnly } from '../../src/provision/clients.ts'
import type { Plan, Step } from '../../src/provision/engine/plan.ts'
import type { PolicyDocument, Statement } from '../../src/provision/permissions.ts'
import { rightsFor } from '../../src/provision/step-rights.ts'
import { matches } from '../../src/sandbox/iam/pattern.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { namesOf, openedBy, type Person, personWith } from './on-sandbox.ts'
import { scopeOf, settingsOf, succeeded } from './world.ts'

const sandbox = sandboxForTests()
const admin = (): Person => ({ keys: sandbox.admin, arn: `arn:aws:iam::${sandbox.account}:user/sandbox-admin` })
const policy = () => adminPolicy(namesOf(sandbox))

/** Calls that change something, by this person, that AWS carried out or refused. */
const changes = (person: Person): readonly string[] =>
  sandbox
    .calls()
    .filter((call) => call.caller === person.arn && !isReadOnly(call.operation))
    .map((call) => call.operation)
const asked = () => sandbox.calls().filter((call) => call.operation === 'SimulatePrincipalPolicy')

const refused = (plan: Plan): readonly Extract<Step, { do: 'refuse' }>[] =>
  plan.steps.filter((step) => step.do === 'refuse')
const listOf = (value: string | readonly string[] | undefined): readonly string[] => [value ?? []].flat()

/** The document without these actions. */
const without = (document: PolicyDocument, ...actions: readonly string[]): PolicyDocument => ({
  ...document,
  Statement: document.Statement.map((each) => ({
    ...each,
    Action: listOf(each.Action).filter((action) => !actions.includes(action)),
  })).filter((each) => each.Action.length > 0),
})
const onlyReading = (statement: Statement): Statement => ({
  ...statement,
  Action: listOf(statement.Action).filter((action) => isReadOnly(action.split(':')[1] ?? '')),
})

describe('before anything is installed', () => {
  beforeEach(() => sandbox.reset())

  test('whoever has no right at all is told every one at once, to read and to make, and nothing is changed', async () => {
    const nobody = await personWith(sandbox, 'nobody', {
      Version: '2012-10-17',
      Statement: [{ Sid: 'One', Effect: 'Allow', Action: 'iam:SimulatePrincipalPolicy', Resource: '*' }],
    })
    sandbox.clearCalls()
    const plan = await (await openedBy(sandbox, nobody)).plan()
    expect(new Set(refused(plan).map((step) => step.reason))).toEqual(new Set(['no-right']))
    const said = refused(plan)
      .map((step) => step.why)
      .join('\n')
    const reading = ['dynamodb:Query', 'dynamodb:DescribeTable', 'iam:GetRole', 'lambda:GetFunction', 'sqs:GetQueueUrl']
    const making = [
      'dynamodb:CreateTable',
      'iam:CreateRole',
      'iam:PassRole',
      'iam:CreatePolicy',
      'lambda:CreateFunction',
    ]
    for (const action of [...reading, ...making]) expect(said).toContain(`you lack the right ${action}:`)
    expect(changes(nobody)).toEqual([])
  })

  test('whoever lacks three rights to make things is told these three, once each, and nothing is changed', async () => {
    const lacking = ['iam:CreatePolicy', 'lambda:CreateFunction', 'scheduler:CreateSchedule']
    const person = await personWith(sandbox, 'nearly', without(policy(), ...lacking))
    sandbox.clearCalls()
    const guard = await openedBy(sandbox, person)
    const plan = await guard.plan()
    expect(refused(plan).map((step) => [step.reason, /right (\S+):/.exec(step.why)?.[1]])).toEqual(
      expect.arrayContaining(lacking.map((action) => ['no-right', action])),
    )
    expect(refused(plan)).toHaveLength(3)
    expect(refused(plan)[0]?.suggestion).toContain('cost-guard iam-policy')
    await expect(guard.apply(plan, () => {})).rejects.toThrow('nothing was changed')
    expect(changes(person)).toEqual([])
  })

  test('a role that may be handed to one service only is missed for the other', async () => {
    const narrow = {
      ...policy(),
      Statement: policy().Statement.map((each) =>
        each.Sid === 'HandRoles'
          ? { ...each, Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } } }
          : each,
      ),
    }
    const plan = await (await openedBy(sandbox, await personWith(sandbox, 'narrow', narrow))).plan()
    const [step, ...more] = refused(plan)
    expect(more).toEqual([])
    // The three schedules; a logging role may be handed to Bedrock by the right to hand the logging on.
    expect(step?.why).toMatch(/^you lack the right iam:PassRole: the schedule .* cannot be made \(nor 2 others\)$/)
  })

  test('a policy that denies is named, since another that allows would not help', async () => {
    const deny: Statement = { Sid: 'NoTables', Effect: 'Deny', Action: 'dynamodb:CreateTable', Resource: '*' }
    const person = await personWith(sandbox, 'denied', { ...policy(), Statement: [...policy().Statement, deny] })
    const [step, ...more] = refused(await (await openedBy(sandbox, person)).plan())
    expect(more).toEqual([])
    expect(step?.why).toContain('you are denied dynamodb:CreateTable by the policy rights-of-denied')
  })

  test('what depends on how somebody signed in is no refusal but a note', async () => {
    const mfa: Statement[] = policy().Statement.map((each) => ({
      ...each,
      Condition: { ...each.Condition, Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    }))
    const person = await personWith(sandbox, 'careful', {
      Version: '2012-10-17',
      Statement: [
        ...mfa.filter((each) => each.Sid === 'HandRoles'),
        ...policy().Statement.filter((each) => each.Sid !== 'HandRoles'),
      ],
    })
    const plan = await (await openedBy(sandbox, person)).plan()
    expect(refused(plan)).toEqual([])
    expect(plan.notes).toEqual([
      'whether you may iam:PassRole could not be checked beforehand: that depends on aws:MultiFactorAuthPresent',
    ])
  })

  test('the printed policy passes, and lets the check be made', async () => {
    const person = await personWith(sandbox, 'installer', policy())
    sandbox.clearCalls()
    const guard = await openedBy(sandbox, person)
    const plan = await guard.plan()
    expect([refused(plan), plan.notes]).toEqual([[], undefined])
    expect(asked().length).toBeGreaterThan(0)
    expect(asked().length).toBeLessThan(30)
    succeeded(await guard.apply(plan, () => {}))
  })

  test('whoever may not ask beforehand gets one note, and init goes on', async () => {
    const person = await personWith(sandbox, 'unasked', without(policy(), 'iam:SimulatePrincipalPolicy'))
    const guard = await openedBy(sandbox, person)
    const plan = await guard.plan()
    expect(refused(plan)).toEqual([])
    expect(plan.notes).toEqual([expect.stringMatching(/^your rights could not be checked beforehand: .*Simulate/)])
    succeeded(await guard.apply(plan, () => {}))
  })

  test('an AWS that does not answer the question is a note as well', async () => {
    const error = { code: 'InvalidInput', message: 'no such question' }
    const fault = sandbox.inject({ operation: 'SimulatePrincipalPolicy', error })
    const plan = await (await openedBy(sandbox, admin())).plan()
    expect(fault.left()).toBe(0)
    expect(refused(plan)).toEqual([])
    expect(plan.notes).toEqual(['your rights could not be checked beforehand: no such question'])
  })

  test('a session is judged by its role, under whatever path that is', async () => {
    const role = await sandbox.createRole('installers', { path: '/admins/', allow: ['iam:*', 'logs:*', 'dynamodb:*'] })
    const keys = await sandbox.assume(role, 'yamada')
    const arn = `arn:aws:sts::${sandbox.account}:assumed-role/installers/yamada`
    const plan = await (await openedBy(sandbox, { keys, arn })).plan()
    const said = refused(plan).map((step) => step.why)
    expect(asked()[0]?.input['PolicySourceArn']).toBe(role)
    expect(said.join('\n')).toContain('you lack the right lambda:CreateFunction:')
    expect(said.join('\n')).not.toMatch(/right (?:iam|logs|dynamodb):/)
  })

  test.for([
    ['root', 'arn:aws:iam::123456789012:root', undefined],
    ['a federated user', 'arn:aws:sts::123456789012:federated-user/x', [expect.stringContaining('AWS does not say')]],
  ] as const)('%s is not asked about', async ([, arn, notes]) => {
    sandbox.clearCalls()
    const plan = await (await openedBy(sandbox, { keys: sandbox.admin, arn })).plan()
    expect([asked(), refused(plan), plan.notes]).toEqual([[], [], notes])
  })
})

describe('of a guard that is installed', () => {
  beforeAll(async () => {
    await sandbox.reset()
    const guard = await openedBy(sandbox, admin())
    succeeded(await guard.apply(await guard.plan(), () => {}))
  })

  test('who may look and operate runs init again without being asked for a right to change anything', async () => {
    const rights = adminRights(namesOf(sandbox))
    const looking = { ...rights.install, Statement: rights.install.Statement.map(onlyReading) }
    const document = {
      ...looking,
      Statement: [...rights.operate.Statement, ...looking.Statement.filter((each) => each.Action.length > 0)].map(
        (each, index) => ({ ...each, Sid: `S${index}` }),
      ),
    }
    const operator = await personWith(sandbox, 'operator', document)
    sandbox.clearCalls()
    const plan = await (await openedBy(sandbox, operator)).plan()
    expect(plan.steps.filter((step) => step.do !== 'keep')).toEqual([])
    expect([plan.notes, asked()]).toEqual([undefined, []])

    const changed = await (await openedBy(sandbox, operator, { retentionDays: 30 })).plan()
    expect(refused(changed).map((step) => /right (\S+):/.exec(step.why)?.[1])).toEqual(
      expect.arrayContaining(['logs:PutRetentionPolicy', 'logs:TagResource']),
    )
    expect(
      refused(changed)
        .map((step) => step.why)
        .join('\n'),
    ).not.toMatch(/Create|sqs:|sns:/)
  })

  test('who may install but not remove is told what teardown lacks, before anybody is released or anything goes', async () => {
    const { install } = adminRights(namesOf(sandbox))
    const person = await personWith(sandbox, 'maker', install)
    sandbox.clearCalls()
    const plan = await (await openedBy(sandbox, person)).planTeardown({ deleteData: true })
    const missing = refused(plan).map((step) => /right (\S+):/.exec(step.why)?.[1])
    expect(missing).toEqual(
      expect.arrayContaining(['dynamodb:DeleteTable', 'iam:DeleteRole', 'lambda:DeleteFunction', 'sqs:DeleteQueue']),
    )
    expect(new Set(missing).size).toBe(missing.length)
    expect(changes(person)).toEqual([])
  })
})

describe('what is checked is what is needed', () => {
  const scope = scopeOf(settingsOf({ emails: ['boss@example.com'] }))
  /** Rights that AWS asks for beside a call and the sandbox does not. */
  const beside = /:(?:TagResource|TagRole|TagPolicy|TagQueue)$/

  test('in both directions: for every changing call of init and teardown, and for nothing else', async () => {
    await sandbox.reset()
    const person = await personWith(sandbox, 'installer', policy())
    const claimed = async (run: 'plan' | 'teardown') => {
      sandbox.clearCalls()
      const guard = await openedBy(sandbox, person, { emails: ['boss@example.com'] })
      const plan = run === 'plan' ? await guard.plan() : await guard.planTeardown({ deleteData: true })
      succeeded(await guard.apply(plan, () => {}))
      const rights = plan.steps.flatMap((step) => rightsFor(step, scope))
      const used = sandbox
        .calls()
        .filter((call) => call.caller === person.arn && !isReadOnly(call.operation))
        .flatMap((call) => call.asked)
      return { rights, used }
    }
    for (const run of ['plan', 'teardown'] as const) {
      const { rights, used } = await claimed(run)
      const unforeseen = used.filter(
        ({ action, resource }) =>
          !rights.some((right) => right.action === action && right.on.some((one) => matches(one, resource))),
      )
      expect([run, unforeseen]).toEqual([run, []])
      const idle = rights.filter(
        (right) =>
          !beside.test(right.action) &&
          !isReadOnly(right.action.split(':')[1] ?? '') &&
          !used.some(({ action, resource }) => right.action === action && right.on.includes(resource)),
      )
      expect([run, idle.map((right) => right.action)]).toEqual([run, NOT_ALWAYS[run]])
    }
  })

  const NOT_ALWAYS = {
    // AWS judges the destination as well, the sandbox does not.
    plan: ['logs:PutSubscriptionFilter'],
    // Enforce is asked by the command, nobody confirmed a mail, and nothing was logged before that could be put back.
    teardown: ['lambda:InvokeFunction', 'sns:Unsubscribe', 'bedrock:PutModelInvocationLoggingConfiguration'],
  }
})
