using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A placeholder for the HTTP application that Kestrel requires. The server speaks no HTTP, so it is never called.
/// </summary>
internal sealed class NoHttp : IHttpApplication<object>
{
    public object CreateContext(IFeatureCollection contextFeatures) => throw new NotSupportedException();

    public Task ProcessRequestAsync(object context) => throw new NotSupportedException();

    public void DisposeContext(object context, Exception? exception) => throw new NotSupportedException();
}
