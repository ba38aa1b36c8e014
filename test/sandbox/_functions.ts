import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { strToU8, zipSync } from 'fflate'

/** A role that `service` may assume and that may do `actions` on everything. */
export async function roleFor(name: string, service: string, actions: readonly string[] = []): Promise<string> {
  const iam = new IAMClient({ region: 'us-east-1' })
  const trust = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }))
  if (actions.length > 0) {
    const statement = { Effect: 'Allow', Action: actions, Resource: '*' }
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'may', PolicyDocument }))
  }
  return Role?.Arn ?? ''
}

/** A package whose `index.handler` is this source (ESM, `export const handler = …`). */
export const zipped = (source: string): Uint8Array => zipSync({ 'index.mjs': strToU8(source) })

export async function functionOf(
  name: string,
  source: string,
  options: { role?: string; timeout?: number; environment?: Record<string, string>; deadLetters?: string } = {},
): Promise<string> {
  const lambda = new LambdaClient({ region: 'us-east-1' })
  const made = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: options.role ?? (await roleFor(`${name}-role`, 'lambda.amazonaws.com')),
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Timeout: options.timeout ?? 10,
      Environment: { Variables: options.environment ?? {} },
      Code: { ZipFile: zipped(source) },
      ...(options.deadLetters ? { DeadLetterConfig: { TargetArn: options.deadLetters } } : {}),
    }),
  )
  return made.FunctionArn ?? ''
}
