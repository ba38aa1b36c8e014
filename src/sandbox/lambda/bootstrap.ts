/**
 * What runs in the child process before the handler: one event at a time, as Lambda does it. Written out as a file,
 * because the published CLI is one bundle.
 */
export const bootstrapSource = `import { existsSync } from 'node:fs'
import { format } from 'node:util'
import { pathToFileURL } from 'node:url'
const [folder, handlerName] = process.argv.slice(2)
const dot = handlerName.lastIndexOf('.')
const stem = folder + '/' + handlerName.slice(0, dot)
const file = ['.mjs', '.js', '.cjs'].map((end) => stem + end).find((one) => existsSync(one))
const refresh = globalThis[Symbol.for('sandbox.clock')]
const plain = (error, kind) => ({
  errorType: kind ?? error?.name ?? typeof error,
  errorMessage: error?.message ?? String(error),
  trace: String(error?.stack ?? error).split('\\n'),
})
let handler
const finish = (id, answer) => {
  // Pipes are written synchronously: the mark comes after all that the handler said.
  process.stdout.write('\\u0000' + id + '\\n')
  process.stderr.write('\\u0000' + id + '\\n')
  process.send({ id, ...answer })
}
process.on('disconnect', () => process.exit(0))
process.on('message', async ({ id, event, context, deadline }) => {
  refresh?.()
  try {
    if (!handler) {
      if (!file) throw Object.assign(new Error("Cannot find module '" + handlerName.slice(0, dot) + "'"), { name: 'Runtime.ImportModuleError' })
      handler = (await import(pathToFileURL(file).href))[handlerName.slice(dot + 1)]
      if (typeof handler !== 'function') throw Object.assign(new Error(handlerName + ' is undefined or not exported'), { name: 'Runtime.HandlerNotFound' })
    }
    const end = performance.now() + deadline
    const result = await handler(event, { ...context, getRemainingTimeInMillis: () => Math.max(0, Math.round(end - performance.now())) })
    finish(id, { result: JSON.stringify(result) ?? 'null' })
  } catch (error) {
    console.error(format('%s\\tERROR\\tInvoke Error\\t%s', id, JSON.stringify(plain(error))))
    finish(id, { error: plain(error) })
  }
})
process.send({ ready: true })
`
