using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace NetworkingCourse;

/// <summary>
/// Accepts connections for Kestrel. Kestrel's own acceptor takes every failed accept for a client that has reset its connection,
/// and accepts again at once. When the process is out of descriptors (EMFILE, accept(2)), the connection stays in the queue and
/// the next accept fails just as fast, so that it would keep a core busy until a descriptor is free.
/// </summary>
/// <param name="acceptorOf">
/// Starts to listen on an endpoint, and returns a function that accepts the next connection there. It returns null once the
/// listener is closed. Its owner closes it.
/// </param>
internal sealed class KestrelAcceptor(Func<EndPoint, Func<ValueTask<Socket?>>> acceptorOf) : IConnectionListenerFactory
{
    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(new Acceptor(endpoint, acceptorOf(endpoint)));

    private sealed class Acceptor(EndPoint endPoint, Func<ValueTask<Socket?>> acceptAsync) : IConnectionListener
    {
        private readonly SocketConnectionContextFactory _connections = new(new(), NullLogger.Instance);

        public EndPoint EndPoint => endPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            if (await acceptAsync().ConfigureAwait(false) is not { } socket)
            {
                return null;
            }

            NagleAlgorithm.TurnOff(socket); // Kestrel's default
            return _connections.Create(socket);
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync()
        {
            _connections.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
