/** The exact AWS command that removes what a teardown left. Pure. */
import { partsOf } from './still-there.ts'

/** Undefined: of a kind whose command this version does not know. One line; several commands are joined by `&&`. */
export function removalCommand(arn: string, region: string): string | undefined {
  const { service, kind, name } = partsOf(arn)
  const command = COMMANDS[`${service}:${kind}`]?.({ name: quoted(name), arn, region })
  return command?.map((line) => `aws ${line}${service === 'iam' ? '' : ` --region ${region}`}`).join(' && ')
}

const COMMANDS: Readonly<Record<string, (of: { name: string; arn: string; region: string }) => readonly string[]>> = {
  // Recovery off first: with it on AWS keeps a backup for 35 days that nobody can delete.
  'dynamodb:table': ({ name }) => [
    `dynamodb update-table --table-name ${name} --no-deletion-protection-enabled`,
    `dynamodb update-continuous-backups --table-name ${name} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=false`,
    `dynamodb delete-table --table-name ${name}`,
  ],
  'logs:log-group': ({ name }) => [`logs delete-log-group --log-group-name ${name}`],
  'sns:': ({ arn }) => [`sns delete-topic --topic-arn ${arn}`],
  'sqs:': ({ name }) => [`sqs delete-queue --queue-url "$(aws sqs get-queue-url --queue-name ${name} --output text)"`],
  'lambda:function': ({ name }) => [`lambda delete-function --function-name ${name}`],
  'scheduler:schedule-group': ({ name }) => [`scheduler delete-schedule-group --name ${name}`],
  'iam:policy': ({ arn }) => [`iam delete-policy --policy-arn ${arn}`],
  'iam:role': ({ name }) => [`iam delete-role --role-name ${name}`],
  's3:': ({ name }) => [`s3 rb s3://${name} --force`],
  'kms:key': ({ arn }) => [`kms schedule-key-deletion --key-id ${arn} --pending-window-in-days 7`],
  // Its domain first, and its protection; a pool is deleted with everybody in it.
  'cognito-idp:userpool': ({ name, region }) => [
    `cognito-idp update-user-pool --user-pool-id ${name} --deletion-protection INACTIVE --admin-create-user-config AllowAdminCreateUserOnly=true`,
    `cognito-idp delete-user-pool-domain --user-pool-id ${name} --domain "$(aws cognito-idp describe-user-pool --user-pool-id ${name} --query UserPool.Domain --output text --region ${region})"`,
    `cognito-idp delete-user-pool --user-pool-id ${name}`,
  ],
  // `/apis/abc123`
  'apigateway:': ({ name }) => [`apigatewayv2 delete-api --api-id ${name.split('/')[2]}`],
  'cloudwatch:alarm': ({ name }) => [`cloudwatch delete-alarms --alarm-names ${name}`],
  'cloudwatch:dashboard': ({ name }) => [`cloudwatch delete-dashboards --dashboard-names ${name}`],
}

const quoted = (name: string): string => (/^[\w@%+=:,./-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`)
