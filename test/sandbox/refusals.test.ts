import {
  AddUserToGroupCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeleteGroupCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachUserPolicyCommand,
  IAMClient,
} from '@aws-sdk/client-iam'
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { beforeAll, describe, expect, test } from 'vitest'
import { sandboxForTests } from '../support/sandbox.ts'
import { functionOf, roleFor, zipped } from './_functions.ts'

const sandbox = sandboxForTests()
const region = 'us-east-1'
const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:123456789012:${rest}`
const policyDocument = (Effect = 'Deny') =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action: 'bedrock:*', Resource: '*' }] })
const once = { maxAttempts: 1 }
const iam = () => new IAMClient({ region, ...once })
const makePolicy = async (PolicyName: string) =>
  (await iam().send(new CreatePolicyCommand({ PolicyName, PolicyDocument: policyDocument() }))).Policy?.Arn ?? ''

describe('IAM refuses', () => {
  test('the eleventh managed policy of a user or role, but not one that is attached already', async () => {
    await sandbox.createUser('full')
    await sandbox.createRole('full-role')
    const arns = await Promise.all(Array.from({ length: 11 }, (_, at) => makePolicy(`policy-${at}`)))
    for (const PolicyArn of arns.slice(0, 10)) {
      await iam().send(new AttachUserPolicyCommand({ UserName: 'full', PolicyArn }))
      await iam().send(new AttachRolePolicyCommand({ RoleName: 'full-role', PolicyArn }))
    }
    const [first, last] = [arns[0], arns[10]]
    await iam().send(new AttachUserPolicyCommand({ UserName: 'full', PolicyArn: first }))
    await expect(iam().send(new AttachUserPolicyCommand({ UserName: 'full', PolicyArn: last }))).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Cannot exceed quota for PoliciesPerUser: 10',
    })
    await expect(
      iam().send(new AttachRolePolicyCommand({ RoleName: 'full-role', PolicyArn: last })),
    ).rejects.toMatchObject({ name: 'LimitExceededException', message: 'Cannot exceed quota for PoliciesPerRole: 10' })
  })

  test('to delete a policy that is attached or has old versions, and a group that is not empty', async () => {
    await sandbox.createUser('holder')
    const PolicyArn = await makePolicy('in-use')
    const remove = () => iam().send(new DeletePolicyCommand({ PolicyArn }))
    await iam().send(new AttachUserPolicyCommand({ UserName: 'holder', PolicyArn }))
    await expect(remove()).rejects.toMatchObject({ name: 'DeleteConflictException', message: /attached/ })
    await iam().send(new DetachUserPolicyCommand({ UserName: 'holder', PolicyArn }))
    await iam().send(
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: policyDocument(), SetAsDefault: true }),
    )
    await expect(remove()).rejects.toMatchObject({ name: 'DeleteConflictException', message: /more than one version/ })
    await iam().send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v1' }))
    await remove()
    await iam().send(new CreateGroupCommand({ GroupName: 'crowd' }))
    await iam().send(new AddUserToGroupCommand({ GroupName: 'crowd', UserName: 'holder' }))
    await expect(iam().send(new DeleteGroupCommand({ GroupName: 'crowd' }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
    })
  })

  test('to touch a role of Identity Center', async () => {
    const RoleName = 'AWSReservedSSO_Admin_0123456789abcdef'
    await sandbox.createRole(RoleName)
    const PolicyArn = await makePolicy('for-sso')
    await expect(iam().send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))).rejects.toMatchObject({
      name: 'UnmodifiableEntityException',
      message: `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`,
    })
  })

  test.each([
    ['no JSON', 'nonsense'],
    ['no principal', '{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}'],
    ['a resource', '{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*","Resource":"*"}]}'],
  ])('a trust policy with %s', async (_, AssumeRolePolicyDocument) => {
    const made = iam().send(new CreateRoleCommand({ RoleName: 'bad-trust', AssumeRolePolicyDocument }))
    await expect(made).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' })
  })

  test('a policy longer than 6,144 characters, white space not counted', async () => {
    const long = (characters: number, space: string) => {
      const Sid = 'x'.repeat(characters - 71)
      return `{${space}"Version":"2012-10-17","Statement":[{"Sid":"${Sid}","Effect":"Deny","Action":"*"}]}`.replace(
        '"*"',
        '"*"',
      )
    }
    const make = (PolicyName: string, document: string) =>
      iam().send(
        new CreatePolicyCommand({
          PolicyName,
          PolicyDocument: document.replace('"Action"', '"Resource":"*","Action"'),
        }),
      )
    await expect(make('too-long', long(6_144, ''))).rejects.toMatchObject({ name: 'LimitExceededException' })
    await expect(make('spacious', long(6_000, ' '.repeat(500)))).resolves.toBeDefined()
  })
})

describe('Lambda refuses', () => {
  const create = async (more: object) =>
    new LambdaClient({ region, ...once }).send(
      new CreateFunctionCommand({
        FunctionName: 'refused',
        Role: 'arn:aws:iam::123456789012:role/for-lambda',
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Code: { ZipFile: zipped('export const handler = async () => 1') },
        ...more,
      }),
    )
  beforeAll(async () => {
    await roleFor('for-lambda', 'lambda.amazonaws.com')
    await roleFor('for-others', 'ec2.amazonaws.com')
  })

  test.each([
    ['an unknown runtime', { Runtime: 'nodejs99.x' as never }, /nodejs99\.x at 'runtime'/],
    [
      'a role that Lambda cannot assume',
      { Role: 'arn:aws:iam::123456789012:role/for-others' },
      /cannot be assumed by Lambda/,
    ],
    ['an absent role', { Role: 'arn:aws:iam::123456789012:role/nowhere' }, /cannot be assumed by Lambda/],
    ['an environment over 4 KB', { Environment: { Variables: { A: 'x'.repeat(4_097) } } }, /exceeded the 4KB limit/],
    ['reserved variables', { Environment: { Variables: { AWS_REGION: 'x' } } }, /reserved keys.*AWS_REGION/],
    [
      'a dead-letter queue that the role may not write',
      { DeadLetterConfig: { TargetArn: arn('sqs', 'q') } },
      /permissions to call SendMessage on SQS/,
    ],
  ])('%s', async (_, more, message) => {
    await expect(create(more)).rejects.toMatchObject({ name: 'InvalidParameterValueException', message })
  })

  test('a second permission with the same statement id', async () => {
    await functionOf('permitted', 'export const handler = async () => 1')
    const permission = {
      FunctionName: 'permitted',
      StatementId: 'logs',
      Principal: 'logs.amazonaws.com',
      Action: 'lambda:InvokeFunction',
    }
    const lambda = new LambdaClient({ region, ...once })
    await lambda.send(new AddPermissionCommand(permission))
    await expect(lambda.send(new AddPermissionCommand(permission))).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message: /The statement id \(logs\) provided already exists/,
    })
  })
})
