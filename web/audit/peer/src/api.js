// ask is one question to the server, in JSON.
export const ask = async (path, body) => {
  const answer = await fetch("/api" + path, body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : undefined);
  return answer.json();
};
