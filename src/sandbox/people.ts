/** Users, roles and sessions made for tests, demos and players; real IAM entities of the emulator. */
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  GetUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { type Keys, sessionCaller, userCaller } from './iam/callers.ts'
import type { World } from './world.ts'

const document = (Action: string | string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })

export const ADMIN = 'sandbox-admin'

export class People {
  readonly #world: World
  #admin: Keys | undefined

  constructor(world: World) {
    this.#world = world
  }
  async userOf(name: string): Promise<{ arn: string; userId: string }> {
    const { User } = await this.#world.clients().iam.send(new GetUserCommand({ UserName: name }))
    return { arn: User?.Arn ?? '', userId: User?.UserId ?? '' }
  }
  /** The sandbox's administrator; its keys stay the same through resets. */
  async createAdmin(): Promise<Keys> {
    const { iam } = this.#world.clients()
    await iam.send(new CreateUserCommand({ UserName: ADMIN }))
    await iam.send(new PutUserPolicyCommand({ UserName: ADMIN, PolicyName: 'all', PolicyDocument: document('*') }))
    this.#admin ??= await this.#keysOf(ADMIN)
    const { arn, userId } = await this.userOf(ADMIN)
    this.#world.keys.learn(this.#admin.accessKeyId, userCaller(arn, userId, true))
    return this.#admin
  }
  async #keysOf(UserName: string): Promise<Keys> {
    const { AccessKey } = await this.#world.clients().iam.send(new CreateAccessKeyCommand({ UserName }))
    return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
  }
  /** A user with keys; may call Bedrock models unless `allow` says otherwise. */
  async createUser(name: string, options: { path?: string; allow?: string | string[] } = {}): Promise<Keys> {
    const { iam } = this.#world.clients()
    await iam.send(new CreateUserCommand({ UserName: name, Path: options.path ?? '/' }))
    const PolicyDocument = document(options.allow ?? ['bedrock:Invoke*', 'bedrock:GetInferenceProfile'])
    await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'allowed', PolicyDocument }))
    const keys = await this.#keysOf(name)
    const { arn, userId } = await this.userOf(name)
    this.#world.keys.learn(keys.accessKeyId, userCaller(arn, userId))
    this.#world.identities.forget()
    return keys
  }
  /** A role that anybody in the account may assume and that may call Bedrock models; answers its ARN. */
  async createRole(name: string, options: { path?: string; allow?: string | string[] } = {}): Promise<string> {
    const { iam } = this.#world.clients()
    const Principal = { AWS: `arn:${this.#world.partition}:iam::${this.#world.account}:root` }
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] }
    const AssumeRolePolicyDocument = JSON.stringify(trust)
    const made = await iam.send(
      new CreateRoleCommand({ RoleName: name, Path: options.path ?? '/', AssumeRolePolicyDocument }),
    )
    const PolicyDocument = document(options.allow ?? ['bedrock:Invoke*', 'bedrock:GetInferenceProfile'])
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'allowed', PolicyDocument }))
    this.#world.identities.forget()
    return made.Role?.Arn ?? ''
  }
  /** Keys of a session of the role, as STS would give them. */
  async assume(role: string, session: string): Promise<Keys & { sessionToken: string }> {
    const { iam, sts } = this.#world.clients()
    const name = role.split('/').pop() ?? role
    const RoleArn = (await iam.send(new GetRoleCommand({ RoleName: name }))).Role?.Arn ?? ''
    const { Credentials, AssumedRoleUser } = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: session }),
    )
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
    const { Arn = '', AssumedRoleId = '' } = AssumedRoleUser ?? {}
    this.#world.keys.learn(AccessKeyId, sessionCaller(Arn, AssumedRoleId, RoleArn))
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
  }
}
