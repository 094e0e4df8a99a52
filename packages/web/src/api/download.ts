import { ApiError } from './client.ts';

function messageOf(text: string): string {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null && 'message' in answer) return String(answer.message);
  } catch {
    // Not JSON: the text itself is what the server has to say.
  }
  return text.slice(0, 300);
}

/** The answer, or an `ApiError` in the server's words when it refuses. */
export async function accepted(response: Response): Promise<Response> {
  if (response.ok) return response;
  throw new ApiError(response.status, messageOf(await response.text()));
}

/** Stores an answer as a file once all of it has come; `onBytes` is told how much there is so far. */
export async function saveAnswer(
  response: Response,
  name: string,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<void> {
  let bytes = 0;
  const counted = response.body?.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        onBytes(bytes);
        controller.enqueue(chunk);
      },
    }),
  );
  const address = URL.createObjectURL(await new Response(counted ?? null).blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
