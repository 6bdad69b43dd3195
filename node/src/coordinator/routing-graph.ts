/** A directed graph: `edges[i]` are the indices that node i points to. */
export type Graph = readonly (readonly number[])[];

/** Number of parts that hold together when directions are ignored. */
export function countWeakComponents(graph: Graph): number {
  const parent = graph.map((_, index) => index);
  const rootOf = (index: number): number => {
    let at = index;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number;
      at = parent[at] as number;
    }
    return at;
  };
  let count = graph.length;
  for (const [from, targets] of graph.entries()) {
    for (const to of targets) {
      const a = rootOf(from);
      const b = rootOf(to);
      if (a === b) continue;
      parent[a] = b;
      count--;
    }
  }
  return count;
}

/** Number of parts in which every node reaches every other. Source: Tarjan 1972, without recursion. */
export function countStrongComponents(graph: Graph): number {
  const order = new Array<number>(graph.length).fill(-1);
  const low = new Array<number>(graph.length).fill(0);
  const onStack = new Array<boolean>(graph.length).fill(false);
  const stack: number[] = [];
  let next = 0;
  let count = 0;

  const visit = (start: number) => {
    const path = [{ node: start, edge: 0 }];
    while (path.length > 0) {
      const frame = path.at(-1) as { node: number; edge: number };
      const { node } = frame;
      if (frame.edge === 0) {
        order[node] = low[node] = next++;
        stack.push(node);
        onStack[node] = true;
      }
      const targets = graph[node] as readonly number[];
      let descended = false;
      while (frame.edge < targets.length) {
        const to = targets[frame.edge++] as number;
        if (order[to] === -1) {
          path.push({ node: to, edge: 0 });
          descended = true;
          break;
        }
        if (onStack[to]) low[node] = Math.min(low[node] as number, order[to] as number);
      }
      if (descended) continue;
      // A node without edges must not be entered again.
      path.pop();
      const above = path.at(-1);
      if (above) low[above.node] = Math.min(low[above.node] as number, low[node] as number);
      if (low[node] !== order[node]) continue;
      count++;
      for (let top = stack.pop() as number; ; top = stack.pop() as number) {
        onStack[top] = false;
        if (top === node) break;
      }
    }
  };
  for (let index = 0; index < graph.length; index++) if (order[index] === -1) visit(index);
  return count;
}
