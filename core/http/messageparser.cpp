// SPDX-License-Identifier: MIT
#include "core/http/messageparser.h"

#include "core/http/keyfields.h"

#include <cstring>

namespace meridian::http {

namespace {

constexpr std::size_t MaxTrailerBytes = 8 * 1024; // dropped, but read: somebody must say stop

} // namespace

/// llhttp's C callbacks. Each head is parsed in one call from one buffer, so a field comes whole.
struct MessageParser::Callbacks
{
    static MessageParser &self(llhttp_t *parser)
    {
        return *static_cast<MessageParser *>(parser->data);
    }

    static int onUrl(llhttp_t *parser, const char *at, std::size_t size)
    {
        self(parser).m_head.target = {at, size};
        if (std::memchr(at, '?', size) != nullptr) { // "?key=…", as Google's clients may send it
            self(parser).m_holdsSecret = true;
        }
        return 0;
    }

    static int onStatus(llhttp_t *parser, const char *at, std::size_t size)
    {
        self(parser).m_head.reason = {at, size};
        return 0;
    }

    static int onField(llhttp_t *parser, const char *at, std::size_t size)
    {
        MessageParser &me = self(parser);
        if (me.m_state == State::Head) {
            me.m_field = {at, size};
        }
        return 0;
    }

    static int onValue(llhttp_t *parser, const char *at, std::size_t size)
    {
        MessageParser &me = self(parser);
        if (me.m_state != State::Head) {
            return 0; // a trailer: dropped
        }
        if (me.m_head.headers.size() >= me.m_limits.headers) {
            me.fail(Fault::TooManyHeaders, "too many header fields");
            return -1;
        }
        if (me.m_field.find(' ') != std::string_view::npos) { // llhttp lets a response have them
            me.fail(Fault::Malformed, "a header field's name holds a space"); // RFC 9112 §5.1
            return -1;
        }
        if (holdsKey(me.m_field)) {
            me.m_holdsSecret = me.m_kind == Kind::Request;
        }
        me.m_head.headers.add(me.m_field, {at, size});
        return 0;
    }

    static int onHeadersComplete(llhttp_t *parser)
    {
        MessageParser &me = self(parser);
        parser->upgrade = 0; // we never switch protocols: the rest stays HTTP (RFC 9110 §7.8)
        me.m_head.isChunked = (parser->flags & F_CHUNKED) != 0;
        if ((parser->flags & F_CONTENT_LENGTH) != 0) {
            me.m_head.contentLength = parser->content_length;
        }
        me.m_head.keepAlive = llhttp_should_keep_alive(parser) != 0;
        me.m_state = State::Body;
        return me.m_noBody || me.statusForbidsBody() ? 1 : 0;
    }

    static int onBody(llhttp_t *parser, const char *at, std::size_t size)
    {
        MessageParser &me = self(parser);
        if (me.m_sink == nullptr) { // llhttp ended the head earlier than the scanner did
            me.fail(Fault::Malformed, "the head's end is ambiguous");
            return -1;
        }
        me.m_sink->onBodyBytes({at, size});
        return 0;
    }

    static int onChunkHeader(llhttp_t *parser)
    {
        MessageParser &me = self(parser);
        if (parser->content_length != 0) {
            return 0;
        }
        me.m_inTrailers = true;
        me.m_scanner.resetForTrailers();
        return HPE_PAUSED; // the bytes from here on are looked at before llhttp sees them
    }

    static int onComplete(llhttp_t *parser)
    {
        self(parser).m_state = State::Complete;
        return HPE_PAUSED;
    }
};

const llhttp_settings_t &MessageParser::settings()
{
    static const llhttp_settings_t Settings = [] {
        llhttp_settings_t settings;
        llhttp_settings_init(&settings);
        settings.on_url = Callbacks::onUrl;
        settings.on_status = Callbacks::onStatus;
        settings.on_header_field = Callbacks::onField;
        settings.on_header_value = Callbacks::onValue;
        settings.on_headers_complete = Callbacks::onHeadersComplete;
        settings.on_body = Callbacks::onBody;
        settings.on_chunk_header = Callbacks::onChunkHeader;
        settings.on_message_complete = Callbacks::onComplete;
        return settings;
    }();
    return Settings;
}

MessageParser::MessageParser(Kind kind, Limits limits)
    : m_kind(kind)
    , m_limits(limits)
{
    reset();
}

void MessageParser::reset() noexcept
{
    wipeSecret();
    m_holdsSecret = false;
    llhttp_init(&m_parser, m_kind == Kind::Request ? HTTP_REQUEST : HTTP_RESPONSE, &settings());
    m_parser.data = this;
    m_scanner.reset();
    m_state = State::Head;
    m_fault = Fault::None;
    m_noBody = false;
    m_inTrailers = false;
    m_trailerBytes = 0;
    m_raw.clear();
    m_head.method = m_head.target = m_head.reason = {};
    m_head.status = 0;
    m_head.headers.clear();
    m_head.contentLength.reset();
    m_head.isChunked = false;
}

void MessageParser::release() noexcept
{
    reset();
    m_raw = std::string();
    m_head.headers = HeaderMap();
}

bool MessageParser::statusForbidsBody() const noexcept
{
    // llhttp would wait for the Content-Length that a 304 may well have (RFC 9112 §6.3)
    const int status = m_kind == Kind::Response ? m_parser.status_code : 0;
    return status == 204 || status == 304;
}

void MessageParser::fail(Fault fault, const char *reason) noexcept
{
    m_state = State::Failed;
    m_holdsSecret = m_kind == Kind::Request; // who knows
    m_fault = fault;
    m_reason = reason;
}

void MessageParser::failByLlhttp() noexcept
{
    const char *reason = llhttp_get_error_reason(&m_parser);
    fail(Fault::Malformed, reason != nullptr ? reason : "malformed message");
}

std::size_t MessageParser::feed(std::string_view bytes, BodySink &sink)
{
    switch (m_state) {
    case State::Head:
        return feedHead(bytes);
    case State::Body:
        return feedBody(bytes, sink);
    default:
        return 0;
    }
}

std::size_t MessageParser::feedHead(std::string_view bytes)
{
    const auto outcome = m_scanner.scan(bytes);
    switch (outcome) {
    case HeadScanner::Outcome::BareLineFeed:
        fail(Fault::Malformed, "a line ends without carriage return");
        return 0;
    case HeadScanner::Outcome::BareCarriageReturn:
        fail(Fault::Malformed, "a carriage return stands alone");
        return 0;
    case HeadScanner::Outcome::Folded:
        fail(Fault::Malformed, "a header field is folded over lines");
        return 0;
    case HeadScanner::Outcome::EmptyName:
        fail(Fault::Malformed, "a header field has no name");
        return 0;
    default:
        break;
    }
    const bool isComplete = outcome == HeadScanner::Outcome::Complete;
    const std::size_t taken = isComplete ? m_scanner.end() : bytes.size();
    if (m_raw.size() + taken > m_limits.headBytes) {
        fail(Fault::HeadTooLarge, "the request head is too large");
        return 0;
    }
    if (!m_raw.empty()) {
        reserveWiped(m_raw, taken); // it grows by pieces, and may hold a key already
    }
    m_raw.append(bytes.data(), taken);
    m_holdsSecret = !isComplete && m_kind == Kind::Request;
    if (isComplete) {
        parseHead();
    }
    return taken;
}

void MessageParser::parseHead()
{
    m_sink = nullptr; // no body byte comes from the head
    m_head.headers.rebase(m_raw.data());
    const llhttp_errno_t error = llhttp_execute(&m_parser, m_raw.data(), m_raw.size());
    if (m_state == State::Failed) {
        return;
    }
    if (error != HPE_OK && error != HPE_PAUSED) {
        failByLlhttp();
        return;
    }
    if (m_state == State::Head) {
        fail(Fault::Malformed, "incomplete head");
        return;
    }
    if (error == HPE_PAUSED) {
        llhttp_resume(&m_parser);
    }
    checkHead();
}

/// What llhttp leaves to its user.
void MessageParser::checkHead()
{
    m_head.minorVersion = m_parser.http_minor;
    m_head.status = m_kind == Kind::Response ? m_parser.status_code : 0;
    const std::size_t lineEnd = m_raw.find("\r\n", m_raw.find_first_not_of("\r\n"));
    const std::string_view line(m_raw.data(), lineEnd);
    if (m_kind == Kind::Request) {
        const std::string_view version = line.substr(line.size() < 9 ? 0 : line.size() - 9);
        if (version != " HTTP/1.1" &&
            version != " HTTP/1.0") { // llhttp also takes RTSP, 0.9 and 2.0
            fail(Fault::Malformed, "unsupported protocol version");
            return;
        }
        const std::size_t start = line.find_first_not_of("\r\n");
        m_head.method = line.substr(start, line.find(' ') - start);
    } else if (m_parser.http_major != 1 || m_head.status < 100) {
        fail(Fault::Malformed, "unsupported protocol version or status");
        return;
    }
    const auto coding = m_head.headers.find("transfer-encoding");
    if (coding && (m_head.headers.count("transfer-encoding") > 1 ||
                   !equalsIgnoreCase(*coding, "chunked") || m_head.minorVersion == 0)) {
        // other codings would have to be undone to find the end; HTTP/1.0 has none at all
        fail(Fault::Malformed, "unsupported transfer coding");
        return;
    }
    if (m_kind == Kind::Request) {
        const std::size_t hosts = m_head.headers.count("host");
        if (hosts > 1 || (hosts == 0 && m_head.minorVersion == 1)) {
            fail(Fault::Malformed, "exactly one Host header is needed"); // RFC 9112 §3.2
        }
    }
}

std::size_t MessageParser::feedBody(std::string_view bytes, BodySink &sink)
{
    m_sink = &sink;
    std::size_t consumed = 0;
    while (consumed < bytes.size() && m_state == State::Body) {
        const std::string_view rest = bytes.substr(consumed);
        if (m_inTrailers && !trailersAreClean(rest)) {
            break;
        }
        const llhttp_errno_t error = llhttp_execute(&m_parser, rest.data(), rest.size());
        if (error == HPE_OK) {
            return bytes.size();
        }
        if (error != HPE_PAUSED) {
            failByLlhttp();
            break;
        }
        consumed += static_cast<std::size_t>(llhttp_get_error_pos(&m_parser) - rest.data());
        llhttp_resume(&m_parser);
    }
    return consumed;
}

/// After the last chunk: every line must end with CRLF, and there is an end to patience.
bool MessageParser::trailersAreClean(std::string_view bytes) noexcept
{
    const auto outcome = m_scanner.scan(bytes);
    if (outcome != HeadScanner::Outcome::NeedMore && outcome != HeadScanner::Outcome::Complete) {
        fail(Fault::Malformed, "malformed trailer section");
        return false;
    }
    m_inTrailers = outcome == HeadScanner::Outcome::NeedMore;
    m_trailerBytes += m_inTrailers ? bytes.size() : m_scanner.end();
    if (m_trailerBytes > MaxTrailerBytes) {
        fail(Fault::Malformed, "the trailer section is too large");
        return false;
    }
    return true;
}

bool MessageParser::finish()
{
    if (m_state == State::Complete) {
        return true;
    }
    if (m_state != State::Body || m_kind != Kind::Response || m_head.isChunked ||
        m_head.contentLength) {
        return false;
    }
    m_state = State::Complete;
    return true;
}

} // namespace meridian::http
