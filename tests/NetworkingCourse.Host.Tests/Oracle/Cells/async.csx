//// await at the top
await Task.Delay(1);
await Task.FromResult(7)
//// an async method
async Task<int> LaterAsync(int n) { await Task.Yield(); return n; }
await LaterAsync(3)
//// an async lambda
Func<Task<string>> f = async () => { await Task.Delay(1); return "done"; };
await f()
//// an async expression lambda
Func<int, Task<int>> twice = async n => 2 * await LaterAsync(n);
await twice(21)
//// several at once
var all = await Task.WhenAll(LaterAsync(1), LaterAsync(2), LaterAsync(3));
all.Sum()
//// the first of several
var firstDone = await await Task.WhenAny(LaterAsync(5), Task.Delay(-1).ContinueWith(_ => 0));
firstDone
//// ValueTask
async ValueTask<int> QuickAsync(bool quick) { if (!quick) await Task.Yield(); return quick ? 1 : 2; }
await QuickAsync(true) + await QuickAsync(false)
//// a ValueTask without a result
async ValueTask NothingAsync() { await Task.Yield(); }
await NothingAsync();
Console.Write("after");
//// ConfigureAwait
await Task.Delay(1).ConfigureAwait(false);
await LaterAsync(4).ConfigureAwait(false)
//// ConfigureAwait with options
await Task.FromException(new Exception("quiet")).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
"went on"
//// ConfigureAwait of a ValueTask
await QuickAsync(false).ConfigureAwait(false)
//// an exception from an async method
async Task FailAsync() { await Task.Yield(); throw new InvalidOperationException("async"); }
await FailAsync();
//// caught around an await
try { await FailAsync(); } catch (InvalidOperationException e) { Console.Write(e.Message); }
//// await in catch and finally
try { await FailAsync(); } catch { await Task.Yield(); Console.Write("caught "); } finally { await Task.Yield(); Console.Write("finally"); }
//// an exception of several
var failed = Task.WhenAll(FailAsync(), Task.FromException(new ArgumentException("other")));
var names = () => failed.Exception.InnerExceptions.Select(e => e.GetType().Name).Order();
try { await failed; } catch (Exception) { Console.Write(string.Join(" ", names())); }
//// a cancelled task
await Task.FromCanceled(new System.Threading.CancellationToken(true));
//// a cancelled wait
using System.Threading;
var source = new CancellationTokenSource(5);
try { await Task.Delay(-1, source.Token); } catch (OperationCanceledException e) { Console.Write(e.GetType().Name); }
//// a blocking wait wraps the exception
FailAsync().Wait();
//// an async iterator
async IAsyncEnumerable<int> CountAsync(int n) { for (var i = 0; i < n; i++) { await Task.Yield(); yield return i; } }
var sum = 0;
await foreach (var i in CountAsync(5)) sum += i;
sum
//// await foreach with deconstruction
async IAsyncEnumerable<(int, string)> PairsAsync() { await Task.Yield(); yield return (1, "one"); }
await foreach (var (i, s) in PairsAsync()) Console.Write($"{i}{s}");
//// await foreach with break closes the iterator
async IAsyncEnumerable<int> ClosingAsync() { try { yield return 1; await Task.Yield(); yield return 2; } finally { Console.Write("closed"); } }
await foreach (var i in ClosingAsync()) break;
//// await foreach over a configured sequence
await foreach (var i in CountAsync(2).ConfigureAwait(false)) Console.Write(i);
//// await foreach with an exception
async IAsyncEnumerable<int> FailingAsync() { yield return 1; await Task.Yield(); throw new FormatException("mid"); }
await foreach (var i in FailingAsync()) Console.Write(i);
//// a sequence by its pattern alone
class Pattern { public E GetAsyncEnumerator() => new(); public class E { int n; public int Current => n; public ValueTask<bool> MoveNextAsync() => new(++n < 3); } }
await foreach (var i in new Pattern()) Console.Write(i);
//// a custom awaitable
class Soon { public A GetAwaiter() => new(); public class A : System.Runtime.CompilerServices.INotifyCompletion { public bool IsCompleted => false; public void OnCompleted(Action go) => go(); public string GetResult() => "soon"; } }
await new Soon()
//// an awaitable by an extension method
static System.Runtime.CompilerServices.TaskAwaiter GetAwaiter(this int milliseconds) => Task.Delay(milliseconds).GetAwaiter();
await 1;
Console.Write("slept");
//// a dynamic awaitable
dynamic later = LaterAsync(6);
await later
//// await in expressions
(await LaterAsync(1) + await LaterAsync(2)) * await LaterAsync(3)
//// await in an interpolated string
$"{await LaterAsync(1)}-{await LaterAsync(2)}"
//// await in a condition with a pattern
if (await LaterAsync(5) is > 3 and var got) Console.Write(got);
//// await in a query's source
(from i in await Task.FromResult(new[] { 1, 2, 3 }) where i > 1 select i * 10).Sum()
//// await in an object initialiser
new List<int> { await LaterAsync(1), await LaterAsync(2) }.Count
//// an async void method
async void Fire() { await Task.Yield(); }
Fire();
"fired"
//// TaskCompletionSource
var tcs = new TaskCompletionSource<int>();
_ = Task.Run(() => tcs.SetResult(11));
await tcs.Task
//// a channel
var channel = System.Threading.Channels.Channel.CreateUnbounded<int>();
_ = Task.Run(async () => { for (var i = 0; i < 3; i++) await channel.Writer.WriteAsync(i); channel.Writer.Complete(); });
var read = 0;
await foreach (var i in channel.Reader.ReadAllAsync()) read += i;
read
//// a thread
var thread = new Thread(() => Console.Write("thread"));
thread.Start();
thread.Join();
//// parallel
var total = 0;
Parallel.For(0, 100, i => Interlocked.Add(ref total, i));
total
//// an async local
var local = new AsyncLocal<int>();
local.Value = 3;
await Task.Run(() => { Console.Write(local.Value); local.Value = 4; });
local.Value
//// a semaphore
var gate = new SemaphoreSlim(1);
await gate.WaitAsync();
gate.Release();
gate.CurrentCount
//// no synchronisation context
SynchronizationContext.Current is null
//// the default scheduler
TaskScheduler.Current == TaskScheduler.Default
//// a task as the value
Task.FromResult(1).GetType().Name
//// the stack trace names the method
try { await FailAsync(); } catch (Exception e) { Console.Write(e.StackTrace.Contains("FailAsync") && !e.StackTrace.Contains("Stop")); }
//// pooled ValueTasks are awaited once
var pipe = new System.IO.Pipelines.Pipe();
var reading = pipe.Reader.ReadAsync();
await pipe.Writer.WriteAsync(new byte[3]);
(await reading).Buffer.Length
