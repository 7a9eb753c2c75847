// SPDX-License-Identifier: MIT
#include "service/simulate/oci/ocicodecs.h"

#include "service/simulate/dialects/errors.h"
#include "service/simulate/oci/ociserverparts.h"

namespace meridian::simulate {

namespace {

using provider::Dialect;

class OciServer final : public provider::ClientCodec
{
public:
    explicit OciServer(Dialect format)
        : m_format(format)
    {
    }

    [[nodiscard]] Dialect dialect() const noexcept override { return m_format; }

    [[nodiscard]] provider::Decoded<provider::ChatRequest>
    decodeRequest(json::Value body, std::string_view) const override
    {
        return readOciRequest(m_format, body);
    }

    [[nodiscard]] std::string encodeAnswer(const provider::Answer &answer,
                                           const provider::AnswerContext &context) const override
    {
        return writeOciAnswer(m_format, answer, context);
    }

    [[nodiscard]] std::unique_ptr<provider::AnswerSink>
    streamEncoder(std::string &out, const provider::AnswerContext &context) const override
    {
        return makeOciStream(m_format, out, context);
    }

    [[nodiscard]] std::string
    encodeError(const provider::ApiError &error, int status, std::string_view) const override
    {
        return errorOf(Protocol::Oci, status, error.message).body;
    }

private:
    const Dialect m_format;
};

} // namespace

const provider::ClientCodec &ociGenericServer()
{
    static const OciServer Server(Dialect::OciGeneric);
    return Server;
}

const provider::ClientCodec &ociCohereServer()
{
    static const OciServer Server(Dialect::OciCohere);
    return Server;
}

const provider::ClientCodec &ociCohereV2Server()
{
    static const OciServer Server(Dialect::OciCohereV2);
    return Server;
}

const provider::ClientCodec &ociServerOf(json::Value body)
{
    const json::Value format = body["chatRequest"]["apiFormat"];
    if (format.is("COHERE")) {
        return ociCohereServer();
    }
    return format.is("COHEREV2") ? ociCohereV2Server() : ociGenericServer();
}

} // namespace meridian::simulate
