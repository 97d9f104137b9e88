using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Quickstart;

/// <summary>Where the status page is served: as the command line or ASPNETCORE_URLS say, else at port 5080 or, if that is taken, at a free one.</summary>
internal static class Listening
{
    const string Usual = "http://127.0.0.1:5080";
    const int Backlog = 512;

    public static void ListenAsAsked(this WebApplicationBuilder builder, CommandLine command)
    {
        var asked = command.Urls ?? builder.Configuration[WebHostDefaults.ServerUrlsKey];
        builder.WebHost.UseUrls(asked ?? Usual);
        if (asked is null)
            builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = UsualOrFree);
    }

    /// <summary>Where it listens, with a remark where that is not the usual port because something else has it.</summary>
    public static (string Address, string Remark) WhereItListens(this WebApplication app) =>
        (app.Urls.First(), app.Configuration[WebHostDefaults.ServerUrlsKey] == Usual && app.Urls.First() != Usual ? " (5080 is taken)" : "");

    static Socket UsualOrFree(EndPoint usual)
    {
        try
        {
            return Listen(usual);
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return Listen(new IPEndPoint(IPAddress.Loopback, 0));
        }
    }

    /// <summary>Listens at once: two sockets can be bound to one port as long as neither listens.</summary>
    static Socket Listen(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        try
        {
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
