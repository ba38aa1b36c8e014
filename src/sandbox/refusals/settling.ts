/** What AWS makes in the background: with `propagation`, new tables and functions are not ready for the first reads. */
import type { Answer } from '../door/answer.ts'
import type { Hook, World } from '../world.ts'

const edit = (answer: Answer, change: (body: Record<string, Record<string, unknown>>) => void): Answer => {
  const body = JSON.parse(answer.body.toString('utf8'))
  change(body)
  return { ...answer, body: Buffer.from(JSON.stringify(body)) }
}

export function settlingHooks(world: World): Hook[] {
  const { propagation } = world
  const table = (name: unknown) => `table/${String(name)}`
  const code = (name: unknown) => `code/${String(name).split(':').pop()}`
  return [
    {
      on: ['dynamodb:CreateTable'],
      async after(call, answer) {
        if (answer.status === 200) propagation.changed(table(call.input['TableName']))
        return undefined
      },
    },
    {
      on: ['dynamodb:DescribeTable'],
      async after(call, answer) {
        if (answer.status !== 200 || !propagation.due(table(call.input['TableName']), 'table')) return undefined
        return edit(answer, (body) => {
          if (body['Table']) body['Table']['TableStatus'] = 'CREATING'
        })
      },
    },
    {
      on: ['lambda:CreateFunction', 'lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration'],
      async after(call, answer) {
        if (answer.status < 300) propagation.changed(code(call.input['FunctionName']))
        return undefined
      },
    },
    {
      on: ['lambda:GetFunction', 'lambda:GetFunctionConfiguration'],
      async after(call, answer) {
        if (answer.status !== 200 || !propagation.due(code(call.input['FunctionName']), 'settling')) return undefined
        return edit(answer, (body) => {
          const configuration = call.operation === 'GetFunction' ? (body['Configuration'] ?? {}) : body
          Object.assign(configuration, { State: 'Pending', LastUpdateStatus: 'InProgress' })
        })
      },
    },
  ]
}
