/** Lambda. https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
import { GetFunctionConfigurationCommand, GetPolicyCommand } from '@aws-sdk/client-lambda'
import type { Hook, Passing, World } from '../world.ts'
import { orAbsent, type Refusal, refusing, text } from './refuse.ts'
import { canAssume, roleMay } from './roles.ts'

/** Those that Lambda took for new functions in November 2026, and the older ones it still names. */
const runtimes =
  /^(nodejs(20|22|24|26)\.x|python3\.(9|1\d)|java(11|17|21|25)|dotnet(8|10)|ruby3\.[2-9]|provided\.al2(023)?)$/
const reserved =
  /^(AWS_REGION|AWS_DEFAULT_REGION|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_(ACCESS_)?KEY|AWS_SESSION_TOKEN|AWS_LAMBDA_.*|LAMBDA_.*|AWS_EXECUTION_ENV|_HANDLER|_X_AMZN_TRACE_ID)$/

const invalid = (message: string): Refusal => ({ code: 'InvalidParameterValueException', message })

function environmentRefused(call: Passing): Refusal | undefined {
  const variables = (call.input['Environment'] as { Variables?: Record<string, string> } | undefined)?.Variables ?? {}
  const measured = JSON.stringify(variables)
  const start =
    'Lambda was unable to configure your environment variables because the environment variables you have provided'
  if (measured.length > 4096) return invalid(`${start} exceeded the 4KB limit. String measured: ${measured}`)
  const keys = Object.keys(variables).filter((one) => reserved.test(one))
  if (keys.length === 0) return undefined
  return invalid(
    `${start} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${keys.join(', ')}`,
  )
}

function numbersRefused(call: Passing): Refusal | undefined {
  const { Timeout, MemorySize } = call.input as { Timeout?: number; MemorySize?: number }
  const range = (value: number, name: string, what: string): Refusal => ({
    code: 'ValidationException',
    message: `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have value ${what}`,
  })
  if (Timeout !== undefined && (Timeout < 1 || Timeout > 900))
    return range(Timeout, 'timeout', 'less than or equal to 900')
  if (MemorySize !== undefined && (MemorySize < 128 || MemorySize > 10_240))
    return range(MemorySize, 'memorySize', 'between 128 and 10240')
  return undefined
}

async function settingsRefused(world: World, call: Passing, role: string): Promise<Refusal | undefined> {
  const runtime = text(call, 'Runtime')
  if (runtime && !runtimes.test(runtime)) {
    return invalid(
      `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [nodejs22.x, nodejs24.x, …] or be a valid ARN`,
    )
  }
  const simple = numbersRefused(call) ?? environmentRefused(call)
  if (simple) return simple
  if (role && !(await canAssume(world, role, 'lambda.amazonaws.com', { 'aws:SourceAccount': world.account }))) {
    return invalid('The role defined for the function cannot be assumed by Lambda.')
  }
  const letters = (call.input['DeadLetterConfig'] as { TargetArn?: string } | undefined)?.TargetArn
  if (!letters) return undefined
  const [action, words] = letters.includes(':sqs:')
    ? ['sqs:SendMessage', 'SendMessage on SQS']
    : ['sns:Publish', 'Publish on SNS']
  const roleOf = async () => {
    const found = await orAbsent(
      world
        .clients(call.inRegion)
        .lambda.send(new GetFunctionConfigurationCommand({ FunctionName: text(call, 'FunctionName') })),
    )
    return found?.Role ?? ''
  }
  if (await roleMay(world, role || (await roleOf()), action, letters)) return undefined
  return invalid(`The provided execution role does not have permissions to call ${words}`)
}

export function lambdaRefusals(world: World): Hook[] {
  return refusing('lambda', {
    CreateFunction: (call) => settingsRefused(world, call, text(call, 'Role')),
    UpdateFunctionConfiguration: (call) => settingsRefused(world, call, text(call, 'Role')),
    AddPermission: async (call) => {
      const sid = text(call, 'StatementId')
      const { lambda } = world.clients(call.inRegion)
      const found = await orAbsent(lambda.send(new GetPolicyCommand({ FunctionName: text(call, 'FunctionName') })))
      const policy = JSON.parse(found?.Policy ?? '{}') as { Statement?: { Sid?: string }[] }
      if (!policy.Statement?.some((one) => one.Sid === sid)) return undefined
      const message = `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`
      return { code: 'ResourceConflictException', message, status: 409 }
    },
  })
}
