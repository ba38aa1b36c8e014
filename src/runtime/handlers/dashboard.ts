import type { HttpAnswer } from '../page/answer.ts'
import type { HttpEvent } from '../page/request.ts'
import type { LambdaContext } from './_compose.ts'
import { composeDashboard } from './_compose-dashboard.ts'

let composed: ReturnType<typeof composeDashboard> | undefined

/** API Gateway calls this for everything that the page asks for. */
export async function handler(event: HttpEvent, context?: LambdaContext): Promise<HttpAnswer> {
  composed ??= composeDashboard(process.env)
  composed.deadline.startOf(context)
  return composed.serve(event)
}
