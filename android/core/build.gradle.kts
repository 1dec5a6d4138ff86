// The bindings that `cargo xtask bindings` generates from the library. No line of it is written here.
plugins { alias(libs.plugins.kotlin.jvm) }

val bindings = providers.gradleProperty("saksi.bindings")
    .orElse(rootDir.resolve("../target/bindings/kotlin").path)

kotlin { jvmToolchain(17) }
sourceSets.main { kotlin.srcDir(bindings) }

dependencies {
    // The app brings JNA's AAR, with its native half; here only its classes are needed.
    compileOnly(libs.jna)
    implementation(libs.coroutines.core)
}
