// SPDX-License-Identifier: MIT
// OCI's three chat formats as provider codecs.
#include "core/provider/builtincodecs.h"
#include "core/provider/oci/chatanswers.h"
#include "core/provider/oci/chatrequests.h"
#include "core/provider/oci/ocierror.h"

namespace meridian::provider {

namespace {

using Encode = std::string (*)(const ChatRequest &, const RequestContext &, Fidelity &);
using Stream = std::unique_ptr<AnswerDecoder> (*)(AnswerSink &, StreamDefects &, std::string_view);
using Read = void (*)(json::Value, AnswerSink &, std::string_view);

class OciProvider final : public ProviderCodec
{
public:
    OciProvider(Dialect dialect, Encode encode, Stream stream, Read read) noexcept
        : m_dialect(dialect)
        , m_encode(encode)
        , m_stream(stream)
        , m_read(read)
    {
    }

    [[nodiscard]] Dialect dialect() const noexcept override { return m_dialect; }

    [[nodiscard]] std::string encodeRequest(const ChatRequest &request,
                                            const RequestContext &context,
                                            Fidelity &fidelity) const override
    {
        return m_encode(request, context, fidelity);
    }

    [[nodiscard]] std::unique_ptr<AnswerDecoder>
    streamDecoder(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed) const override
    {
        return m_stream(sink, defects, idSeed);
    }

    void decodeAnswer(json::Value body, AnswerSink &sink, std::string_view idSeed) const override
    {
        m_read(body, sink, idSeed);
    }

    [[nodiscard]] ApiError decodeError(int status, std::string_view body) const override
    {
        return oci::errorOf(body, status);
    }

private:
    const Dialect m_dialect;
    const Encode m_encode;
    const Stream m_stream;
    const Read m_read;
};

} // namespace

const ProviderCodec &ociGenericProvider()
{
    static const OciProvider codec(Dialect::OciGeneric, oci::genericBody, oci::genericStream,
                                   oci::readGenericAnswer);
    return codec;
}

const ProviderCodec &ociCohereProvider()
{
    static const OciProvider codec(Dialect::OciCohere, oci::cohereBody, oci::cohereStream,
                                   oci::readCohereAnswer);
    return codec;
}

const ProviderCodec &ociCohereV2Provider()
{
    static const OciProvider codec(Dialect::OciCohereV2, oci::cohereV2Body, oci::cohereV2Stream,
                                   oci::readCohereV2Answer);
    return codec;
}

} // namespace meridian::provider
