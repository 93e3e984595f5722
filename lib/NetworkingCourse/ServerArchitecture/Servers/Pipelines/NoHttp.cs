using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Kestrel wants an HTTP application to be started. This server speaks no HTTP, so nothing here is ever called.</summary>
internal sealed class NoHttp : IHttpApplication<object>
{
    public object CreateContext(IFeatureCollection contextFeatures) => throw new NotSupportedException();

    public Task ProcessRequestAsync(object context) => throw new NotSupportedException();

    public void DisposeContext(object context, Exception? exception) => throw new NotSupportedException();
}
