using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// The reply to one probe of traceroute: the ICMP error that came back for a datagram with a small time-to-live (RFC 792).
/// </summary>
/// <param name="TimeToLive">The time-to-live with which the datagram was sent that the reply is about.</param>
/// <param name="From">The address of the machine that sent the reply.</param>
/// <param name="Says">
/// The error in words: <c>time to live exceeded</c> from a router on the way, <c>port unreachable</c> from the destination,
/// <c>host unreachable</c> or <c>network unreachable</c> from a router that cannot forward the datagram.
/// </param>
public sealed record ProbeReply(int TimeToLive, Address From, string Says);
