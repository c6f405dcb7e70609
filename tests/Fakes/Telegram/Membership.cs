namespace Bus.Fakes.Telegram;

internal enum Membership
{
    Member,
    Administrator,
    Left,
    Kicked,
}
