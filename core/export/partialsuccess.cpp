// SPDX-License-Identifier: MIT
// Reads what a collector says about a batch it took: an ExportTraceServiceResponse.
#include "core/export/partialsuccess.h"

#include "core/json/utf8.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <optional>

namespace meridian::exporter {

namespace {

constexpr std::size_t MaxMessage = 200;

std::string printable(std::string_view text)
{
    std::string out;
    json::appendValidUtf8(out, text.substr(0, MaxMessage));
    std::replace_if(
        out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return out;
}

std::uint64_t positive(std::int64_t value)
{
    return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
}

/// One field of a protobuf message: its number and what it holds.
struct Field
{
    std::uint64_t number = 0;
    std::uint64_t varint = 0;
    std::string_view bytes;
};

/// Takes a protobuf message apart, field by field.
class FieldReader
{
public:
    explicit FieldReader(std::string_view message)
        : m_rest(message)
    {
    }

    /// Empty at the end, or where the message makes no sense.
    std::optional<Field> next()
    {
        const auto tag = varint();
        if (!tag) {
            return std::nullopt;
        }
        Field field;
        field.number = *tag >> 3U;
        switch (*tag & 7U) {
        case 0:
            if (const auto value = varint()) {
                field.varint = *value;
                return field;
            }
            return std::nullopt;
        case 1:
            return cut(field, 8);
        case 2:
            if (const auto size = varint()) {
                return cut(field, *size);
            }
            return std::nullopt;
        case 5:
            return cut(field, 4);
        default:
            return std::nullopt;
        }
    }

private:
    std::optional<std::uint64_t> varint()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !m_rest.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(m_rest.front());
            m_rest.remove_prefix(1);
            value |= std::uint64_t{byte & 0x7FU} << shift;
            if (byte < 0x80) {
                return value;
            }
        }
        return std::nullopt;
    }

    std::optional<Field> cut(Field field, std::uint64_t size)
    {
        if (size > m_rest.size()) {
            return std::nullopt;
        }
        field.bytes = m_rest.substr(0, size);
        m_rest.remove_prefix(size);
        return field;
    }

    std::string_view m_rest;
};

} // namespace

PartialSuccess readJsonResponse(std::string_view body)
{
    const QJsonObject object =
        QJsonDocument::fromJson(QByteArray(body.data(), static_cast<qsizetype>(body.size())))
            .object()
            .value(QLatin1String("partialSuccess"))
            .toObject();
    const QJsonValue rejected = object.value(QLatin1String("rejectedSpans"));
    PartialSuccess result;
    // 64-bit numbers come as strings, from some collectors as numbers
    result.rejectedSpans =
        positive(rejected.isString() ? rejected.toString().toLongLong() : rejected.toInteger());
    result.message =
        printable(object.value(QLatin1String("errorMessage")).toString().toStdString());
    return result;
}

PartialSuccess readProtobufResponse(std::string_view body)
{
    PartialSuccess result;
    FieldReader response(body);
    while (const auto field = response.next()) {
        if (field->number != 1) {
            continue;
        }
        FieldReader partial(field->bytes);
        while (const auto inner = partial.next()) {
            if (inner->number == 1) {
                result.rejectedSpans = positive(static_cast<std::int64_t>(inner->varint));
            } else if (inner->number == 2) {
                result.message = printable(inner->bytes);
            }
        }
    }
    return result;
}

} // namespace meridian::exporter
