using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>An HTTP client of a run, with its own connections and its own way to find their addresses.</summary>
internal sealed class HttpLoadClient : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client;
    private readonly int _number;
    private readonly Func<IReadOnlyList<IPEndPoint>> _whereTo;

    public HttpLoadClient(IHttpTarget target, int number)
    {
        (_number, _whereTo) = (number, target.NewClient());
        _client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = (_, cancellation) => ConnectAsync(cancellation),
            // No influence from outside: no proxy from the system settings, no cookies, no redirects, no tracing headers.
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
        })
        {
            // The host name only goes into the Host field; ConnectCallback decides where to connect.
            BaseAddress = new Uri("http://shop.test/"),
            Timeout = Deadline,
        };
    }

    /// <summary>Sends a request and reads the complete response. Errors are part of the result, not thrown.</summary>
    public async Task<HttpAnswer> AskAsync(int number, string method, string? body, long began, long due)
    {
        string? origin = null;
        int? status = null;
        string text;
        try
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), Path(method, number));
            request.Content = body is null ? null : new StringContent(body, Encoding.UTF8);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
            text = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
            status = (int)response.StatusCode;
            origin = response.Headers.TryGetValues(Origin.ServedBy, out var names) ? names.First() : null;
        }
        catch (OperationCanceledException)
        {
            text = InvariantText.Format($"timed out after {Deadline.TotalSeconds:0.###} s");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            text = Explain(exception);
        }

        return new HttpAnswer(
            number, _number, method, Stopwatch.GetElapsedTime(began, due), Stopwatch.GetElapsedTime(due), origin, status, text);
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        var addresses = _whereTo();
        for (var i = 0; ; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(addresses[i], cancellation).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (i + 1 < addresses.Count)
            {
                socket.Dispose(); // there is another address to try
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    // With PUT, the client names its order in the path, so it can safely send the request twice.
    private static string Path(string method, int number) => method switch
    {
        "POST" => "/orders",
        "PUT" => InvariantText.Format($"/orders/{number}"),
        _ => "/",
    };

    private static string Explain(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException!)
        {
            if (cause is SocketException socket)
            {
                return InvariantText.Of(socket.SocketErrorCode);
            }
        }

        return exception is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } request
            ? InvariantText.Of(request.HttpRequestError)
            : exception.Message;
    }
}
