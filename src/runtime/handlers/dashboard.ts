/** API Gateway calls this for everything that the page asks for. */
export async function handler(): Promise<{ readonly statusCode: number }> {
  return { statusCode: 503 }
}
